/** The order service, which conducts the sagas, dies while the broker is away, with commands that nobody has heard yet. */
import { CONDUCTED, orderCompletes, placeOrders } from '../../fixtures/workloads/shop.ts';
import { experiment } from '../../harness/experiment/index.ts';

experiment('sagas that were begun while the broker was away survive the death of their conductor', {
  hypothesis:
    'When the order service cannot reach the broker and dies, every order it acknowledged goes on after its restart and ends: completed, or, ' +
    'where its customer has waited too long to be charged by then, unpaid with the stock given back.',
  topologies: CONDUCTED,
  faults: [{ fault: 'down', target: 'order->kafka' }],
  async workload(context) {
    await placeOrders(context, 5);
    await context.lab.parts.kill('order');
    await context.heal();
    await context.lab.parts.start('order', {});
    await context.settled();
  },
  checks: [
    { check: 'terminal-states', allowed: ['completed', 'payment_failed'] },
    { check: 'nothing-lost' },
    { check: 'conservation' },
    { check: 'exactly-once' },
  ],
  pulse: orderCompletes,
});
