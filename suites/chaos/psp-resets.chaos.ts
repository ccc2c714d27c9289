/** The provider breaks connections off before it has charged: payment asks again, patiently, and keeps its house in order. */
import { orderCompletes, placeOrders, SHOPS } from '../../fixtures/workloads/shop.ts';
import { experiment } from '../../harness/experiment/index.ts';

experiment('broken calls to the provider are tried again after pauses, and leave nothing open', {
  hypothesis:
    'When the provider breaks off calls, payment tries again under the same key after pauses, each order is charged once, ' +
    'and afterwards no more connections are open than before.',
  topologies: SHOPS,
  faults: [{ fault: 'reset', target: 'payment->psp', trigger: { operation: 'POST /charges', every: 2, times: 16 } }],
  async workload(context) {
    // Few at a time: calls that are broken off end sooner than those that are answered, and five in a row would open the breaker.
    for (let round = 0; round < 8; round++) {
      await placeOrders(context, 4);
      await context.settled();
    }
  },
  checks: [
    { check: 'retries', edge: 'payment->psp', attempts: 6, backoffMs: 50, amplification: 2 },
    { check: 'no-leak', edges: 'payment->psp', most: 20 },
    { check: 'exactly-once' },
    { check: 'conservation' },
    { check: 'terminal-states', expect: { state: 'completed' } },
    { check: 'nothing-lost' },
  ],
  pulse: orderCompletes,
});
