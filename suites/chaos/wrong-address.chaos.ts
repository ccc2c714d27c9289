/** The registry tells the gateway an address at which nobody is. */
import { visit } from '../../fixtures/workloads/door.ts';
import { orderCompletes, WHOLE_SHOPS } from '../../fixtures/workloads/shop.ts';
import type { WorkloadContext } from '../../harness/experiment/index.ts';
import { experiment } from '../../harness/experiment/index.ts';

const SECOND = 'bff-web-2';
const VISITS = 12;
/** The gateway's question for news waits five seconds. */
const NEWS_MS = 8_000;

/** How many of the calls of this case went to the second instance so far, by the wire's record. */
async function callsToSecond(context: WorkloadContext): Promise<number> {
  const records = await context.seen();
  return records.filter((record) => record.type === 'exchange' && record.edge === `gateway->${SECOND}`).length;
}

const CHECKS = [
  { check: 'answered', atLeast: VISITS + 5 },
  { check: 'told', operations: 'found again', member: 'yes', is: true },
];

experiment('an instance that the registry puts at a wrong address is passed over, and found again', {
  hypothesis:
    'When the registry tells the gateway a wrong address for one of two instances nobody at the door hears of it: ' +
    'the other one answers; once the address is right again both do.',
  topologies: WHOLE_SHOPS,
  start: 'called',
  faults: [{ fault: 'wrong-entry', target: 'gateway->registry', options: { instance: SECOND } }],
  async workload(context) {
    const look = (name: string) => visit(context, { name, path: '/api/v1/home' });
    for (let index = 0; index < 4; index++) await look('both');
    await context.inject();
    await context.landed({ deadlineMs: NEWS_MS });
    for (let index = 0; index < VISITS; index++) await look('one misdirected');
    await context.heal();
    const before = await callsToSecond(context);
    const isBack = async () => {
      await look('after');
      return (await callsToSecond(context)) > before;
    };
    await context.step({
      name: 'found again',
      work: async () => ({ yes: await context.until('the second to be called again', isBack, NEWS_MS) }),
    });
  },
  checks: CHECKS,
  controlChecks: CHECKS,
  pulse: async (context) => (await visit(context, { path: '/api/v1/home' })).ok && orderCompletes(context),
});
