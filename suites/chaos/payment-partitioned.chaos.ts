/** Payment cannot reach the broker while orders come in. */
import { orderCompletes, placeOrders, SHOPS } from '../../fixtures/workloads/shop.ts';
import { experiment } from '../../harness/experiment/index.ts';

/** Shorter than the time an order may wait for its payment. */
const PARTITION_MS = 1_000;

experiment('payment partitioned from Kafka loses no order', {
  hypothesis:
    'Orders that come in while payment is cut off from the broker are all completed after the heal, within the promised recovery time.',
  topologies: SHOPS,
  faults: [{ fault: 'down', target: 'payment->kafka' }],
  async workload(context) {
    const cutAt = performance.now();
    await placeOrders(context, 8);
    await context.until(
      'the partition to have lasted',
      () => performance.now() - cutAt > PARTITION_MS,
      PARTITION_MS * 2,
    );
    await context.heal();
    await context.settled();
  },
  checks: [
    { check: 'terminal-states', expect: { state: 'completed' } },
    { check: 'recovery', withinMs: 6_000 },
    { check: 'nothing-lost' },
    { check: 'conservation' },
    { check: 'exactly-once' },
  ],
  pulse: orderCompletes,
});
