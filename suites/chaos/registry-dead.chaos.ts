/** The registry is gone, and an instance with it. */
import { askPart, visit } from '../../fixtures/workloads/door.ts';
import { orderCompletes, WHOLE_SHOPS } from '../../fixtures/workloads/shop.ts';
import type { WorkloadContext } from '../../harness/experiment/index.ts';
import { experiment } from '../../harness/experiment/index.ts';

const VISITS = 10;

/** Instances of the web's door that the registry names. */
async function known(context: WorkloadContext): Promise<number> {
  const { text } = await askPart(context, 'registry', '/services/bff-web/instances');
  return (JSON.parse(text) as { instances: unknown[] }).instances.length;
}

experiment('a dead registry is survived, and knows everybody again when it is back', {
  hypothesis:
    'While the registry is dead the gateway goes on with the last list it heard of; a registry that ' +
    'comes back knows nothing and soon hears of every instance again.',
  topologies: WHOLE_SHOPS,
  start: 'called',
  faults: [{ fault: 'kill', target: 'registry' }],
  async workload(context) {
    const look = (name: string) => visit(context, { name, path: '/api/v1/home' });
    await look('before');
    await context.inject();
    for (let index = 0; index < VISITS; index++) await look('registry dead');
    await context.heal();
    const all = () => known(context).then((count) => count === 2);
    const work = async () => ({ all: await context.until('both instances to be known', all, 8_000) });
    await context.step({ name: 'known again', work });
    await look('after');
  },
  checks: [
    { check: 'answered', atLeast: VISITS + 3 },
    { check: 'told', operations: 'known again', member: 'all', is: true },
  ],
  controlChecks: [{ check: 'answered' }],
  pulse: orderCompletes,
});
