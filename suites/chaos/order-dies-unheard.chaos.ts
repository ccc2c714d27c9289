/** The order service dies while the broker is away, with events that nobody has heard yet. */
import { orderCompletes, placeOrder, UNCONDUCTED } from '../../fixtures/workloads/shop.ts';
import { experiment } from '../../harness/experiment/index.ts';

/** Long enough for an event to be forgotten, if it was taken for sent. */
const UNHEARD_MS = 400;

experiment('orders that were taken while the broker was away survive the death of the order service', {
  hypothesis:
    'When the order service cannot reach the broker and dies, every order it acknowledged is still announced after its restart, and comes to an end.',
  topologies: UNCONDUCTED,
  faults: [{ fault: 'down', target: 'order->kafka' }],
  async workload(context) {
    const beganAt = performance.now();
    const soMany = async () => {
      await placeOrder(context);
      return performance.now() - beganAt > UNHEARD_MS;
    };
    await context.until('orders to come for a while', soMany, 5_000);
    await context.lab.parts.kill('order');
    await context.heal();
    await context.lab.parts.start('order');
    await context.settled();
  },
  checks: [
    // A restart may take longer than payment has patience.
    { check: 'terminal-states', allowed: ['completed', 'payment_failed'] },
    { check: 'nothing-lost' },
    { check: 'conservation' },
    { check: 'exactly-once' },
  ],
  pulse: orderCompletes,
});
