/** One click, two requests, and the first answer lost. */
import { orderCompletes, placeOrder, SHOPS } from '../../fixtures/workloads/shop.ts';
import { experiment } from '../../harness/experiment/index.ts';

experiment('concurrent twins with one idempotency key make one order', {
  hypothesis:
    'When the same order is posted twice at once under one idempotency key and the first answer is lost, there is one order, and both callers learn its id.',
  topologies: SHOPS,
  faults: [{ fault: 'lost-reply', target: 'gateway->order', trigger: { operation: 'POST /orders', times: 1 } }],
  async workload(context) {
    const wish = { idempotencyKey: `${context.caseId}-twin`, userId: 'user-1', productId: 'product-1' };
    await Promise.all([placeOrder(context, wish), placeOrder(context, wish)]);
    await context.settled();
  },
  checks: [
    { check: 'exactly-once', repeats: true },
    { check: 'linearizability' },
    { check: 'retries', edge: 'gateway->order' },
    { check: 'nothing-lost' },
    { check: 'terminal-states', expect: { state: 'completed' } },
    { check: 'conservation' },
  ],
  pulse: orderCompletes,
});
