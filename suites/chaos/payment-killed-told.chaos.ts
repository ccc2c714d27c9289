/** Payment dies between the charge that it was told to make and its offset commit. */
import { CONDUCTED, orderCompletes, placeOrder } from '../../fixtures/workloads/shop.ts';
import { experiment } from '../../harness/experiment/index.ts';

experiment('payment told to charge and killed between charge and offset commit charges once', {
  hypothesis:
    'When payment is killed after it charged and before it committed its offset, the command is delivered again ' +
    'after the restart, and the order is charged once and completes.',
  topologies: CONDUCTED,
  faults: [
    { fault: 'crash-at', target: 'payment->kafka', trigger: { operation: 'OffsetCommit', topic: 'payment.commands' } },
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
