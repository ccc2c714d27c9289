/** The database server is killed while orders come in, and recovers from its log. */
import { orderCompletes, placeOrder, placeOrders, SHOPS } from '../../fixtures/workloads/shop.ts';
import { experiment } from '../../harness/experiment/index.ts';

experiment('Postgres killed and recovered has every order that was acknowledged', {
  hypothesis:
    'When the database server is killed right after orders were acknowledged and comes back by crash recovery, each of these orders is there ' +
    'and ends in an allowed state, nothing was done twice, and orders are taken again.',
  topologies: SHOPS,
  faults: [{ fault: 'kill', target: 'postgres' }],
  start: 'called',
  async workload(context) {
    await placeOrders(context, 6);
    await context.inject();
    await placeOrder(context);
    await context.heal();
    await context.until('orders to be taken again', async () => (await placeOrder(context)).ok, 15_000);
    await context.settled();
  },
  checks: [
    { check: 'nothing-lost' },
    { check: 'terminal-states' },
    { check: 'conservation' },
    { check: 'exactly-once' },
  ],
  pulse: orderCompletes,
});
