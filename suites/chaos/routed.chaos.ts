/** Requests find their service by path, method and header. */
import { memberOf, visit } from '../../fixtures/workloads/door.ts';
import { orderCompletes, placeOrder, WHOLE_SHOPS } from '../../fixtures/workloads/shop.ts';
import { experiment } from '../../harness/experiment/index.ts';

const CHECKS = [
  { check: 'answered', atLeast: 9 },
  { check: 'told', operations: 'product', member: 'about', is: 'product-1' },
  { check: 'told', operations: 'stock', member: 'about', is: 'product-1' },
  { check: 'told', operations: 'order', member: 'about', is: 'user-3' },
  { check: 'told', operations: 'by header', member: 'about', is: 'user-3' },
  { check: 'terminal-states', expect: { state: 'completed' } },
  { check: 'conservation' },
];

experiment('requests go to their service by path, method and header, and nowhere else', {
  hypothesis:
    'While one service behind the gateway cannot be reached, requests for the others arrive where path, method ' +
    'and header say, and what no row of the table names is 404 for everybody.',
  topologies: WHOLE_SHOPS,
  faults: [{ fault: 'down', target: 'gateway->payment' }],
  async workload(context) {
    const userId = 'user-3';
    const { entity } = await placeOrder(context, { userId });
    const kind = (member: string) => ({ saw: (body: unknown) => ({ about: memberOf(body, member) }) });
    await visit(context, { name: 'product', path: '/api/v1/products/product-1', ...kind('productId') });
    await visit(context, { name: 'stock', path: '/api/v2/stock/product-1', ...kind('productId') });
    await visit(context, { name: 'order', path: `/api/v1/orders/${entity}`, userId, ...kind('userId') });
    await visit(context, { name: 'by header', path: `/api/orders/${entity}`, userId, ...kind('userId') });
    const method = 'DELETE';
    await visit(context, { name: 'by method', method, path: '/api/v1/products/product-1', userId, okStatuses: [404] });
    await visit(context, { name: 'inside', path: `/payments/${entity}`, userId, okStatuses: [404] });
    await visit(context, { name: 'inside', method: 'POST', path: '/keys/rotations', userId, okStatuses: [404] });
    await visit(context, { name: 'summary', path: `/api/v1/orders/${entity}/summary`, userId });
    await context.settled();
  },
  checks: CHECKS,
  // It is so without a fault as well.
  controlChecks: CHECKS,
  pulse: orderCompletes,
});
