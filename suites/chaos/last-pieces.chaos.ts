/** More customers than pieces, one who wants more than there are, a provider that takes its time to decline, and every order announced twice. */
import { orderCompletes, placeOrder, placeOrders, SHOPS } from '../../fixtures/workloads/shop.ts';
import { countStock } from '../../fixtures/workloads/shop-visits.ts';
import { experiment } from '../../harness/experiment/index.ts';

/** There are three of it; what is declined comes back. */
const RARE = 'product-scarce';
const TOO_MANY = 4;
const PLENTY = 'product-7';

experiment('the last pieces are never sold twice', {
  hypothesis:
    'When more customers than there are pieces order at the same time and every order is announced twice, no more pieces are set aside than there are, ' +
    'the others are rejected, what is declined comes back, and the stock that customers see agrees with that.',
  topologies: SHOPS,
  faults: [
    { fault: 'record-copied', target: 'order->kafka' },
    { fault: 'delay', target: 'payment->psp', options: { delayMs: 300 }, trigger: { operation: 'POST /charges' } },
  ],
  async workload(context) {
    await countStock(context, RARE);
    await countStock(context, PLENTY);
    await Promise.all([
      placeOrders(context, 6, { productId: RARE, paymentMethod: 'card-declined' }),
      placeOrder(context, { productId: RARE, quantity: TOO_MANY }),
      placeOrders(context, 8, { productId: PLENTY, quantity: 3 }),
      placeOrders(context, 2, { productId: PLENTY, paymentMethod: 'card-declined' }),
    ]);
    await context.settled();
    await countStock(context, RARE);
    await countStock(context, PLENTY);
  },
  checks: [
    { check: 'stock' },
    { check: 'terminal-states', allowed: ['completed', 'rejected', 'payment_failed'] },
    { check: 'conservation' },
    { check: 'exactly-once' },
    { check: 'nothing-lost' },
  ],
  pulse: orderCompletes,
});
