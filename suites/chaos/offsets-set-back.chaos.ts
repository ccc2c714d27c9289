/** Every consumer loses its place and reads its past again. */
import { orderCompletes, placeOrder, placeOrders, SHOPS } from '../../fixtures/workloads/shop.ts';
import { experiment } from '../../harness/experiment/index.ts';

const CONSUMERS = ['order', 'inventory', 'payment', 'shipping', 'notification'];

experiment('a past that is read again is not done again', {
  hypothesis:
    'When the offsets of every group are set back, each service reads events again that it has long handled: nothing is charged, reserved, shipped or ' +
    'announced twice.',
  topologies: SHOPS,
  start: 'called',
  faults: CONSUMERS.map((service) => ({
    fault: 'offsets-set-back',
    target: `${service}->kafka`,
    options: { records: 20 },
    trigger: { times: 3 },
  })),
  async workload(context) {
    await placeOrders(context, 5);
    await context.settled();
    await context.inject();
    await context.landed({ deadlineMs: 20_000 });
    await placeOrder(context);
    await context.settled();
  },
  checks: [
    { check: 'exactly-once' },
    { check: 'conservation' },
    { check: 'terminal-states', expect: { state: 'completed' } },
    { check: 'nothing-lost' },
  ],
  pulse: orderCompletes,
});
