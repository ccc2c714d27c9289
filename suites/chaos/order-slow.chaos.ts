/** The order service is slow behind the gateway. */
import { lookAtStock, orderCompletes, placeOrder, SHOPS } from '../../fixtures/workloads/shop.ts';
import { systemClock } from '../../harness/core/index.ts';
import { experiment, type WorkloadContext } from '../../harness/experiment/index.ts';

const ROUNDS = 8;
const LOOK_EVERY_MS = 100;

/**
 * Whoever looks while orders fail is not held up by that. Looks come at their own pace: one who waits for an answer before asking again
 * would see one slow answer where many customers see slow ones.
 */
async function untilAnswered(context: WorkloadContext, orders: readonly Promise<unknown>[]): Promise<void> {
  const looks: Promise<unknown>[] = [];
  let answered = false;
  const all = Promise.allSettled(orders).then(() => {
    answered = true;
  });
  let dueAt = 0;
  const look = () => {
    const now = systemClock.now();
    if (now >= dueAt) {
      looks.push(lookAtStock(context));
      dueAt = now + LOOK_EVERY_MS;
    }
    return answered;
  };
  await context.until('every order to be answered', look, 15_000);
  await Promise.all([all, ...looks]);
}

experiment('a slow order service is answered 503 quickly and slows nobody else', {
  hypothesis:
    'When the order service answers too late the gateway says 503 with Retry-After within its promise, and its other routes are as fast as before.',
  topologies: SHOPS,
  faults: [{ fault: 'latency', target: 'gateway->order', options: { latencyMs: 3_000 } }],
  async workload(context) {
    // One alone: among others its call would be tried again, if it were, at a breaker that they had opened.
    await placeOrder(context);
    const orders: Promise<unknown>[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      orders.push(placeOrder(context));
      await lookAtStock(context);
    }
    await untilAnswered(context, orders);
    // With no good answer in between: whoever counted all upstreams together would by now turn away everything.
    await Promise.all(Array.from({ length: ROUNDS }, () => placeOrder(context)));
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
