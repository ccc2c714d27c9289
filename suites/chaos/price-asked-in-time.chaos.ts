/** An order that was held up on its way asks for prices and stock in the time that is left. */
import { orderCompletes, placeOrders, WHOLE_SHOPS } from '../../fixtures/workloads/shop.ts';
import { experiment } from '../../harness/experiment/index.ts';

const CHECKS = [
  { check: 'answered', operations: 'POST /api/v1/orders', atLeast: 4 },
  { check: 'deadline-propagation', edges: 'order->*', atLeast: 8 },
  { check: 'terminal-states' },
  { check: 'conservation' },
];

experiment('a deadline goes along with calls over gRPC', {
  hypothesis:
    'When an order reaches the order service late, the catalog and the inventory are asked for no longer than the gateway still waits.',
  topologies: WHOLE_SHOPS,
  faults: [
    {
      fault: 'delay',
      target: 'gateway->order',
      options: { delayMs: 350 },
      trigger: { operation: 'POST /orders' },
    },
  ],
  async workload(context) {
    for (let round = 0; round < 2; round++) await placeOrders(context, 2);
    await context.settled();
  },
  checks: CHECKS,
  controlChecks: CHECKS,
  pulse: orderCompletes,
});
