/** The read side dies in the middle of its work, and is made anew from nothing. */
import { orderCompletes, placeOrders, rebuildHistory, WHOLE_SHOPS } from '../../fixtures/workloads/shop.ts';
import { experiment } from '../../harness/experiment/index.ts';

experiment('the order history killed and rebuilt from zero tells the same as before', {
  hypothesis:
    'When the order history is killed between its row and its offset commit, and is then emptied and reads every event again, ' +
    'it shows each order once, as it ended; orders do not wait for it.',
  topologies: WHOLE_SHOPS,
  faults: [{ fault: 'crash-at', target: 'order-history->kafka', trigger: { operation: 'OffsetCommit' } }],
  async workload(context) {
    await placeOrders(context, 5);
    await context.settled();
    await context.until('the history to be rebuilt', () => rebuildHistory(context), 10_000);
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
