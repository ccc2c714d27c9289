/** The provider charges, and its answer is damaged on the way or breaks off. */
import { orderCompletes, placeOrder, SHOPS } from '../../fixtures/workloads/shop.ts';
import { experiment } from '../../harness/experiment/index.ts';

experiment('a charge whose answer cannot be read is one charge', {
  hypothesis:
    'When what the provider answers cannot be read, or breaks off in the middle, payment does not guess: it asks again under the same key, and the ' +
    'customer is charged once.',
  topologies: SHOPS,
  faults: [
    { fault: 'body-corrupted', target: 'payment->psp', trigger: { operation: 'POST /charges', times: 1 } },
    {
      fault: 'body-cut',
      target: 'payment->psp',
      options: { afterBytes: 12 },
      trigger: { operation: 'POST /charges', nth: 2, times: 1 },
    },
  ],
  async workload(context) {
    await placeOrder(context);
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
