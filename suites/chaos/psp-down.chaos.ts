/** The payment provider is gone: orders end as unpaid, their stock is freed, and the customer hears of it once. */
import { orderCompletes, placeOrders, SHOPS } from '../../fixtures/workloads/shop.ts';
import { experiment } from '../../harness/experiment/index.ts';

experiment('a payment outage ends in payment_failed and frees the stock', {
  hypothesis:
    'While the payment provider cannot be reached every order ends payment_failed, its reserved stock is released, and the customer is told once.',
  topologies: SHOPS,
  faults: [{ fault: 'down', target: 'payment->psp' }],
  async workload(context) {
    await placeOrders(context, 4);
    await context.settled();
  },
  checks: [
    { check: 'terminal-states', expect: { state: 'payment_failed' } },
    { check: 'conservation' },
    { check: 'exactly-once' },
    { check: 'nothing-lost' },
  ],
  pulse: orderCompletes,
});
