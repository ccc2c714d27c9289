/** Other protocols at the door than behind it: a socket for updates, gRPC for the stock. */
import { memberOf, visit, watchOrder } from '../../fixtures/workloads/door.ts';
import { orderCompletes, placeOrder, WHOLE_SHOPS } from '../../fixtures/workloads/shop.ts';
import { experiment } from '../../harness/experiment/index.ts';

experiment('a customer watches an order to its end over WebSocket, and asks REST for what is gRPC inside', {
  hypothesis:
    'While the payment takes its time and the inventory does not answer every call, a socket tells each state of an order ' +
    'once and closes with the last, and gRPC answers come as the statuses of HTTP.',
  topologies: WHOLE_SHOPS,
  faults: [
    { fault: 'delay', target: 'payment->psp', options: { delayMs: 350 }, trigger: { operation: 'POST /charges' } },
    {
      fault: 'grpc-status',
      target: 'gateway->inventory',
      options: { code: 'UNAVAILABLE' },
      trigger: { nth: 2, times: 1 },
    },
  ],
  async workload(context) {
    const userId = 'user-6';
    const { entity = '' } = await placeOrder(context, { userId });
    await watchOrder(context, entity, userId);
    const look = (name: string, product: string, status: number) =>
      visit(context, {
        ...{ name, path: `/api/v2/stock/${product}`, okStatuses: [status] },
        saw: (body) => ({ inStock: memberOf(body, 'inStock') }),
      });
    await look('stock', 'product-1', 200);
    await look('away', 'product-2', context.kind === 'case' ? 503 : 200);
    await look('stock', 'product-3', 200);
    await look('unknown', 'nothing-like-it', 404);
    await context.settled();
  },
  checks: [
    { check: 'answered', atLeast: 6 },
    { check: 'told', operations: 'WS *', member: 'last', is: 'completed' },
    { check: 'told', operations: 'WS *', member: 'states', is: 2 },
    { check: 'told', operations: 'WS *', member: 'code', is: 1_000 },
    { check: 'told', operations: 'stock', member: 'inStock', is: true, atLeast: 2 },
    { check: 'terminal-states', expect: { state: 'completed' } },
    { check: 'conservation' },
  ],
  controlChecks: [
    { check: 'answered', atLeast: 6 },
    { check: 'told', operations: 'WS *', member: 'last', is: 'completed' },
  ],
  pulse: orderCompletes,
});
