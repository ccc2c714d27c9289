/** The order history cannot store what it reads for a while; what it put aside is sent again later. */
import { orderCompletes, placeOrders, replayDeadLetters, WHOLE_SHOPS } from '../../fixtures/workloads/shop.ts';
import { experiment } from '../../harness/experiment/index.ts';

experiment('what was put aside comes in again by a replay, once', {
  hypothesis:
    'When the order history cannot store events of any kind, it puts them aside and goes on; once it can again, a replay ' +
    'brings them in, and the history shows each order as it ended.',
  topologies: WHOLE_SHOPS,
  faults: [
    {
      fault: 'statement-failed',
      target: 'order-history->postgres',
      // One statement holds events of many orders.
      scope: 'shared',
      options: { error: 'numeric-overflow' },
      trigger: { operation: 'history-put' },
    },
  ],
  async workload(context) {
    await placeOrders(context, 3);
    await context.settled();
    await context.heal();
    await context.until('dead letters to be sent again', () => replayDeadLetters(context), 10_000);
    await context.settled();
  },
  checks: [
    { check: 'conservation' },
    { check: 'terminal-states', expect: { state: 'completed' } },
    { check: 'exactly-once' },
    { check: 'nothing-lost' },
  ],
  pulse: orderCompletes,
});
