/** Every message comes twice: as a copy on its topic, and again because an offset commit was refused. */
import { orderCompletes, placeOrders, SHOPS } from '../../fixtures/workloads/shop.ts';
import { experiment } from '../../harness/experiment/index.ts';

const PRODUCERS = ['order', 'inventory', 'payment', 'shipping'];
const CONSUMERS = ['order', 'inventory', 'payment', 'shipping', 'notification'];

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
  },
  checks: [
    { check: 'exactly-once' },
    { check: 'conservation' },
    { check: 'terminal-states', expect: { state: 'completed' } },
    { check: 'nothing-lost' },
  ],
  pulse: orderCompletes,
});
