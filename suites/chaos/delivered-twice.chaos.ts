/** Every message comes twice: as a copy on its topic, and again because an offset commit was refused. */
import { orderCompletes, placeOrders, SHOPS } from '../../fixtures/workloads/shop.ts';
import { experiment, type WorkloadContext } from '../../harness/experiment/index.ts';

const PRODUCERS = ['order', 'inventory', 'payment', 'shipping'];
const CONSUMERS = ['order', 'inventory', 'payment', 'shipping', 'notification'];

/** How many consumers were given one and the same record twice, by the wire's record. */
async function readAgain(context: WorkloadContext): Promise<number> {
  const given = new Set<string>();
  const again = new Set<string>();
  for (const record of await context.seen()) {
    if (record.type !== 'message' || record.action !== 'delivered' || record.group === undefined) continue;
    const place = `${record.group} ${record.topic}/${record.partition}@${record.offset}`;
    if (given.has(place)) again.add(record.group);
    given.add(place);
  }
  return again.size;
}

experiment('every message delivered twice has the effect of one', {
  hypothesis:
    'When every message stands twice on its topic and offset commits are refused, each order is charged, reserved, shipped and announced once.',
  topologies: SHOPS,
  faults: [
    ...PRODUCERS.map((service) => ({ fault: 'record-copied', target: `${service}->kafka` })),
    ...CONSUMERS.map((service) => ({ fault: 'commit-refused', target: `${service}->kafka`, trigger: { times: 2 } })),
  ],
  async workload(context) {
    await placeOrders(context, 5);
    await context.settled();
    await context.landed();
    const all = async () => (await readAgain(context)) === CONSUMERS.length;
    const work = async () => ({ all: await context.until('every consumer to read again', all, 5_000) });
    if (context.kind === 'case') await context.step({ name: 'read again', work });
  },
  checks: [
    { check: 'told', operations: 'read again', member: 'all', is: true },
    { check: 'exactly-once' },
    { check: 'conservation' },
    { check: 'terminal-states', expect: { state: 'completed' } },
    { check: 'nothing-lost' },
  ],
  pulse: orderCompletes,
});
