/** One of two instances of a service dies. */
import { askPart, memberOf, visit } from '../../fixtures/workloads/door.ts';
import { orderCompletes, WHOLE_SHOPS } from '../../fixtures/workloads/shop.ts';
import type { WorkloadContext } from '../../harness/experiment/index.ts';
import { experiment } from '../../harness/experiment/index.ts';

const VISITS = 12;

/** How many of the calls of this case went to each instance so far, by the wire's record. */
async function callsTo(context: WorkloadContext, instance: string): Promise<number> {
  const records = await context.seen();
  return records.filter((record) => record.type === 'exchange' && record.edge === `gateway->${instance}`).length;
}

/** True while the registry names the second instance. */
async function isKnown(context: WorkloadContext): Promise<boolean> {
  return (await askPart(context, 'registry', '/services/bff-web/instances')).text.includes('"bff-web-2"');
}

experiment('calls are shared by the instances that the registry names, and one that dies is left out', {
  hypothesis:
    'Pages of the web come from both instances in turn; when one of them is killed nobody at the door hears of ' +
    'it, the registry forgets it, and it gets its share again once it is back.',
  topologies: WHOLE_SHOPS,
  start: 'called',
  faults: [{ fault: 'kill', target: 'bff-web-2' }],
  async workload(context) {
    const look = (name: string) =>
      visit(context, { name, path: '/api/v1/home', saw: (body) => ({ page: memberOf(body, 'page') }) });
    await context.until('both to be known', () => isKnown(context), 5_000);
    for (let index = 0; index < VISITS; index++) await look('both');
    const share = async () => {
      const calls = await Promise.all(['bff-web', 'bff-web-2'].map((instance) => callsTo(context, instance)));
      return { each: calls.every((count) => count >= VISITS / 3) };
    };
    await context.step({ name: 'share', work: share });
    await context.inject();
    for (let index = 0; index < VISITS; index++) await look('one dead');
    if (context.kind === 'control') return;
    const forgotten = () => context.until('the dead one to be forgotten', async () => !(await isKnown(context)), 6_000);
    await context.step({ name: 'forgotten', work: async () => ({ yes: await forgotten() }) });
  },
  checks: [
    { check: 'answered', atLeast: 2 * VISITS },
    { check: 'told', operations: 'share', member: 'each', is: true },
    { check: 'told', operations: 'forgotten', member: 'yes', is: true },
  ],
  controlChecks: [{ check: 'answered' }, { check: 'told', operations: 'share', member: 'each', is: true }],
  // A breaker closes under traffic: that of the second instance under visits of its pages.
  pulse: async (context) => (await visit(context, { path: '/api/v1/home' })).ok && orderCompletes(context),
});
