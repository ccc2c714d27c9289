/** The order service is slow behind the gateway. */
import { lookAtStock, orderCompletes, placeOrder, SHOPS } from '../../fixtures/workloads/shop.ts';
import { experiment } from '../../harness/experiment/index.ts';

const ROUNDS = 8;

experiment('a slow order service is answered 503 quickly and slows nobody else', {
  hypothesis:
    'When the order service answers too late the gateway says 503 with Retry-After within its promise, and its other routes are as fast as before.',
  topologies: SHOPS,
  faults: [{ fault: 'latency', target: 'gateway->order', options: { latencyMs: 3_000 } }],
  async workload(context) {
    const orders: Promise<unknown>[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      orders.push(placeOrder(context));
      await lookAtStock(context);
    }
    // Whoever looks while orders fail one after the other is not held up by that.
    await Promise.race(orders);
    for (let round = 0; round < 6; round++) await lookAtStock(context);
    await Promise.all(orders);
    await Promise.all(Array.from({ length: 3 }, () => placeOrder(context)));
    // Orders are turned away by now, and nothing else is.
    for (let round = 0; round < 3; round++) await lookAtStock(context);
    await context.heal();
    await context.until('orders to be taken again', async () => (await placeOrder(context)).ok, 10_000);
    await context.settled();
  },
  checks: [
    { check: 'fallback', edge: 'gateway->order' },
    { check: 'unaffected', operations: 'GET /api/v1/stock/*' },
    { check: 'breaker-conformance', edge: 'gateway->order' },
    { check: 'blast-radius', mayWorsen: ['POST /api/v1/orders'] },
    { check: 'recovery', until: 'success', operations: 'POST /api/v1/orders', withinMs: 4_000 },
    { check: 'retries', edge: 'gateway->order', neverAfter: ['gave-up'] },
    { check: 'terminal-states' },
    { check: 'conservation' },
    { check: 'exactly-once' },
    { check: 'nothing-lost' },
  ],
  pulse: orderCompletes,
});
