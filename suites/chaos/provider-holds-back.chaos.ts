/** The provider answers 429: too many requests, ask again later. */
import { orderCompletes, placeOrder, SHOPS } from '../../fixtures/workloads/shop.ts';
import { experiment } from '../../harness/experiment/index.ts';

experiment('a provider that holds payment back is no provider that declines', {
  hypothesis:
    'When the provider answers 429 with Retry-After, payment asks again, and the order is charged once and completes.',
  topologies: SHOPS,
  faults: [
    {
      fault: 'rate-limited',
      target: 'payment->psp',
      trigger: { operation: 'POST /charges', times: 2 },
    },
  ],
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
