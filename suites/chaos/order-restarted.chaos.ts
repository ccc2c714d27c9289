/** The order service is restarted in order while customers are waiting for it. */
import { requestsTaken } from '../../fixtures/workloads/door.ts';
import { orderCompletes, placeOrder, placeOrders, SHOPS } from '../../fixtures/workloads/shop.ts';
import { experiment } from '../../harness/experiment/index.ts';

const ROUTE = 'POST /orders';
const CUSTOMERS = 6;

experiment('an orderly restart of the order service cuts nobody off', {
  hypothesis:
    'When the order service is asked to end while its database is slow and requests wait for it, every request it took is answered before it ends, ' +
    'and no order that was acknowledged is lost.',
  topologies: SHOPS,
  faults: [{ fault: 'delay', target: 'order->postgres', options: { delayMs: 150 }, scope: 'shared' }],
  async workload(context) {
    const before = await requestsTaken(context, 'order', ROUTE);
    const waiting = placeOrders(context, CUSTOMERS);
    // What is still on its way to the service was not taken by it: behind sidecars that is longer than to the wire.
    const areTaken = async () => (await requestsTaken(context, 'order', ROUTE)) - before >= CUSTOMERS;
    await context.until('the requests to be taken', areTaken, 2_000);
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
