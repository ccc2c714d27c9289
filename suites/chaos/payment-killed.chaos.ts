/** Payment dies between its charge and its offset commit. */
import { orderCompletes, placeOrder, UNCONDUCTED } from '../../fixtures/workloads/shop.ts';
import { experiment } from '../../harness/experiment/index.ts';

experiment('payment killed between charge and offset commit charges once', {
  hypothesis:
    'When payment is killed after it charged and before it committed its offset, the record is delivered again ' +
    'after the restart, and the order is charged once and completes.',
  topologies: UNCONDUCTED,
  faults: [
    { fault: 'crash-at', target: 'payment->kafka', trigger: { operation: 'OffsetCommit', topic: 'inventory.events' } },
  ],
  async workload(context) {
    await placeOrder(context);
    await context.settled();
    await context.landed();
  },
  checks: [
    { check: 'exactly-once' },
    { check: 'conservation' },
    { check: 'terminal-states', expect: { state: 'completed' } },
    { check: 'nothing-lost' },
  ],
  pulse: orderCompletes,
});
