/** Payment dies after the provider charged and before it learns of it. */
import { orderCompletes, placeOrder, SHOPS } from '../../fixtures/workloads/shop.ts';
import { experiment } from '../../harness/experiment/index.ts';

experiment('payment killed before it learns of its charge charges once', {
  hypothesis:
    'When payment is killed after a slow provider charged and before the answer arrived, it asks again under the same key after the restart, ' +
    'and the order is charged once and completes.',
  topologies: SHOPS,
  faults: [
    // Long enough for an event to be taken for handled, if that were not told by its charge.
    { fault: 'latency', target: 'payment->psp', options: { latencyMs: 200 } },
    { fault: 'crash-at', target: 'payment->psp', options: { at: 'after' }, trigger: { operation: 'POST /charges' } },
  ],
  async workload(context) {
    await placeOrder(context);
    await context.settled();
  },
  checks: [
    { check: 'exactly-once' },
    { check: 'conservation' },
    { check: 'terminal-states', expect: { state: 'completed' } },
    { check: 'nothing-lost' },
  ],
  pulse: orderCompletes,
});
