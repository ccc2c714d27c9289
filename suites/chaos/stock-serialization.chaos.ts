/** The database lets the reservation of stock fail, as it does when transactions get in each other's way. */
import { orderCompletes, placeOrders, SHOPS } from '../../fixtures/workloads/shop.ts';
import { experiment } from '../../harness/experiment/index.ts';

experiment('a reservation that could not be serialized is tried again and made once', {
  hypothesis:
    'When statements that set stock aside fail with serialization failures and deadlocks, they are tried again, each order has its stock once, and completes.',
  topologies: SHOPS,
  faults: [
    {
      fault: 'statement-failed',
      target: 'inventory->postgres',
      options: { error: 'serialization' },
      trigger: { operation: 'stock-reserve*', times: 2 },
      scope: 'shared',
    },
    {
      fault: 'statement-failed',
      target: 'inventory->postgres',
      options: { error: 'deadlock' },
      trigger: { operation: 'stock-reserve*', nth: 3, times: 1 },
      scope: 'shared',
    },
  ],
  async workload(context) {
    await placeOrders(context, 3);
    await context.settled();
  },
  checks: [
    { check: 'terminal-states', expect: { state: 'completed' } },
    { check: 'exactly-once' },
    { check: 'conservation' },
    { check: 'nothing-lost' },
  ],
  pulse: orderCompletes,
});
