/** The carrier refuses: what was done is undone in reverse, once. */
import { orderCompletes, placeOrders, SHOPS } from '../../fixtures/workloads/shop.ts';
import { experiment } from '../../harness/experiment/index.ts';

experiment('a refused shipment is compensated in reverse order, once', {
  hypothesis:
    'When the carrier refuses a shipment the charge is refunded, then the stock released, each exactly once, and the order ends cancelled.',
  topologies: SHOPS,
  faults: [
    {
      fault: 'status',
      target: 'shipping->carrier',
      options: { status: 422, body: '{"title":"refused"}', headers: { 'content-type': 'application/problem+json' } },
      trigger: { operation: 'POST /shipments' },
    },
  ],
  async workload(context) {
    await placeOrders(context, 3);
    await context.settled();
  },
  checks: [
    { check: 'terminal-states', expect: { state: 'cancelled' } },
    { check: 'compensation-order' },
    { check: 'conservation' },
    { check: 'exactly-once' },
    { check: 'nothing-lost' },
  ],
  pulse: orderCompletes,
});
