/** The payment provider is in trouble for a moment: that is no decline. */
import { orderCompletes, placeOrders, SHOPS } from '../../fixtures/workloads/shop.ts';
import { experiment } from '../../harness/experiment/index.ts';

experiment('a provider that answers 503 is asked again, and the order completes', {
  hypothesis:
    'When the payment provider answers 503 a few times, payment asks again under the same key, and every order is charged once.',
  topologies: SHOPS,
  faults: [
    {
      fault: 'status',
      target: 'payment->psp',
      options: { status: 503 },
      trigger: { operation: 'POST /charges', times: 3 },
    },
  ],
  async workload(context) {
    await placeOrders(context, 3);
    await context.settled();
  },
  checks: [
    { check: 'terminal-states', expect: { state: 'completed' } },
    { check: 'conservation' },
    { check: 'exactly-once' },
    { check: 'nothing-lost' },
  ],
  pulse: orderCompletes,
});
