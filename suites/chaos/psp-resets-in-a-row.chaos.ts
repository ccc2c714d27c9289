/** The provider breaks off three calls in a row, for one order after the other: pauses are seen as they were meant, not as a busy machine makes them. */
import { orderCompletes, placeOrder, SHOPS } from '../../fixtures/workloads/shop.ts';
import { experiment } from '../../harness/experiment/index.ts';

const ORDERS = 18;

experiment('pauses between the attempts of a charge grow, and are partly left to chance', {
  hypothesis:
    'When the provider breaks off three calls in a row, payment waits longer each time, and no two orders wait for the same time: ' +
    'callers that failed together do not come back together.',
  topologies: SHOPS,
  // Of every four calls the fourth is let through.
  faults: [1, 2, 3].map((nth) => ({
    fault: 'reset',
    target: 'payment->psp',
    trigger: { operation: 'POST /charges', nth, every: 4 },
  })),
  async workload(context) {
    for (let order = 0; order < ORDERS; order++) {
      await placeOrder(context);
      await context.settled();
    }
  },
  checks: [
    { check: 'retries', edge: 'payment->psp', attempts: 3, backoffMs: 50, growth: 1.4, jitter: true },
    { check: 'exactly-once' },
    { check: 'conservation' },
    { check: 'terminal-states', expect: { state: 'completed' } },
    { check: 'nothing-lost' },
  ],
  pulse: orderCompletes,
});
