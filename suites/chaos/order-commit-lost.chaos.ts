/** The order is stored, and the order service never hears of it. */
import { orderCompletes, placeOrder, SHOPS } from '../../fixtures/workloads/shop.ts';
import { experiment } from '../../harness/experiment/index.ts';

experiment('an order that was committed without anybody hearing of it is one order', {
  hypothesis:
    'When the database commits an order and the reply that says so is lost, the caller who comes again under the same key learns the id of that order, ' +
    'its event is found in the outbox and published, and there is one order, which completes.',
  topologies: SHOPS,
  faults: [{ fault: 'commit-lost', target: 'order->postgres', trigger: { operation: 'order-place*', times: 1 } }],
  async workload(context) {
    const wish = { idempotencyKey: `${context.caseId}-lost`, userId: 'user-1', productId: 'product-1' };
    await context.until('the order to be taken', async () => (await placeOrder(context, wish)).ok, 10_000);
    await context.settled();
  },
  checks: [
    { check: 'exactly-once', repeats: true },
    { check: 'terminal-states', expect: { state: 'completed' } },
    { check: 'conservation' },
    { check: 'nothing-lost' },
  ],
  pulse: orderCompletes,
});
