/** The order service loses its database while orders are in flight. */
import { orderCompletes, placeOrder, placeOrders, SHOPS } from '../../fixtures/workloads/shop.ts';
import { experiment } from '../../harness/experiment/index.ts';

experiment("order's database cut in mid-flight: no 201 without an order, no event without an order", {
  hypothesis:
    'When the order database is cut while orders come in, nobody is told 201 for an order that is not stored, ' +
    'and no event speaks of an order that does not exist.',
  topologies: SHOPS,
  faults: [{ fault: 'down', target: 'order->postgres' }],
  start: 'called',
  async workload(context) {
    const early = placeOrders(context, 10);
    await placeOrder(context);
    await context.inject();
    await placeOrders(context, 5);
    await early;
    await context.heal();
    await context.until('orders to be taken again', async () => (await placeOrder(context)).ok, 10_000);
    await context.settled();
  },
  checks: [
    { check: 'nothing-lost' },
    { check: 'terminal-states', expect: { state: 'completed' } },
    { check: 'conservation' },
    { check: 'exactly-once' },
  ],
  pulse: orderCompletes,
});
