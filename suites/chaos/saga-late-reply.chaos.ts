/** Payment's reply to a charge comes after the saga has stopped waiting for it. */
import { CONDUCTED, orderCompletes, placeOrder } from '../../fixtures/workloads/shop.ts';
import { experiment } from '../../harness/experiment/index.ts';

/** The saga waits 6 s for the reply to a charge. */
const LATE_MS = 7_500;

experiment('a reply that comes too late means nothing, and what it tells of is voided', {
  hypothesis:
    'When the reply to a charge does not come in time the charge is voided and the stock released, the reply that comes later ' +
    'is ignored, and the order ends payment_failed.',
  topologies: CONDUCTED,
  faults: [
    {
      fault: 'delay',
      target: 'payment->kafka',
      options: { delayMs: LATE_MS },
      trigger: { operation: 'Produce', topic: 'order.replies', times: 1 },
    },
  ],
  async workload(context) {
    await placeOrder(context);
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
