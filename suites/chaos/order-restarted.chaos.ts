/** The order service is restarted in order while customers are waiting for it. */
import { orderCompletes, placeOrder, placeOrders, SHOPS } from '../../fixtures/workloads/shop.ts';
import { experiment } from '../../harness/experiment/index.ts';

/** Shorter than what the database takes, long enough for a request to arrive. */
const UNDER_WAY_MS = 120;

experiment('an orderly restart of the order service cuts nobody off', {
  hypothesis:
    'When the order service is asked to end while its database is slow and requests wait for it, every request it took is answered before it ends, ' +
    'and no order that was acknowledged is lost.',
  topologies: SHOPS,
  faults: [{ fault: 'delay', target: 'order->postgres', options: { delayMs: 150 }, scope: 'shared' }],
  async workload(context) {
    const waiting = placeOrders(context, 6);
    const sentAt = performance.now();
    await context.until('the requests to be under way', () => performance.now() - sentAt > UNDER_WAY_MS, 1_000);
    await context.lab.parts.stop('order');
    await context.heal();
    await context.lab.parts.start('order');
    await waiting;
    await context.until('orders to be taken again', async () => (await placeOrder(context)).ok, 10_000);
    await context.settled();
  },
  checks: [
    { check: 'graceful-shutdown', part: 'order' },
    { check: 'nothing-lost' },
    { check: 'terminal-states' },
    { check: 'conservation' },
    { check: 'exactly-once' },
  ],
  pulse: orderCompletes,
});
