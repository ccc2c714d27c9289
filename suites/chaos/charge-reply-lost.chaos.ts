/** The provider charges, its answer never arrives. */
import { orderCompletes, placeOrder, SHOPS } from '../../fixtures/workloads/shop.ts';
import { experiment } from '../../harness/experiment/index.ts';

experiment("the provider's reply lost after it charged is one charge", {
  hypothesis:
    "When the payment provider's answer is lost after it charged, payment asks again under the same key, and the customer is charged once.",
  topologies: SHOPS,
  faults: [{ fault: 'lost-reply', target: 'payment->psp', trigger: { operation: 'POST /charges', times: 1 } }],
  async workload(context) {
    await placeOrder(context);
    await context.settled();
  },
  checks: [
    { check: 'exactly-once' },
    { check: 'conservation' },
    { check: 'terminal-states', expect: { state: 'completed' } },
    { check: 'settled-in-time', withinMs: 2_500 },
    { check: 'nothing-lost' },
  ],
  pulse: orderCompletes,
});
