/** Two versions of the interface, two paths and a header to choose by. */
import { memberOf, visit } from '../../fixtures/workloads/door.ts';
import { orderCompletes, placeOrder, WHOLE_SHOPS } from '../../fixtures/workloads/shop.ts';
import { experiment } from '../../harness/experiment/index.ts';

const AMOUNT = { amount: '19.99', currency: 'EUR' };

const CHECKS = [
  { check: 'answered', atLeast: 6 },
  { check: 'told', operations: 'read v1', member: 'total', is: 1_999, atLeast: 2 },
  { check: 'told', operations: 'read v2', member: 'amount', is: '19.99', atLeast: 2 },
  { check: 'terminal-states', expect: { state: 'completed' } },
  { check: 'conservation' },
  { check: 'exactly-once' },
];

experiment('both versions of the interface tell of one order in their own words', {
  hypothesis:
    'While reads of orders are held up, an order placed in either version is read in both, chosen by ' +
    'path or by header, with the same amount of money to the cent.',
  topologies: WHOLE_SHOPS,
  faults: [
    { fault: 'delay', target: 'gateway->order', options: { delayMs: 100 }, trigger: { operation: 'GET /orders/*' } },
  ],
  async workload(context) {
    const userId = 'user-2';
    const { entity } = await placeOrder(context, { userId, productId: 'product-1' });
    const body = {
      lines: [{ productId: 'product-1', quantity: 1, unitPrice: AMOUNT }],
      ...{ shipTo: 'address-1', payWith: 'card' },
    };
    const headers = { 'idempotency-key': `${context.caseId}-v2` };
    await visit(context, { name: 'place v2', method: 'POST', path: '/api/v2/orders', userId, headers, body });
    const read = (name: string, path: string, more: Record<string, string> = {}) =>
      visit(context, {
        ...{ name, path, userId, headers: more },
        saw: (answer) => ({ total: memberOf(answer, 'total'), amount: memberOf(answer, 'total.amount') }),
      });
    await read('read v1', `/api/v1/orders/${entity}`);
    await read('read v1', `/api/orders/${entity}`);
    await read('read v2', `/api/v2/orders/${entity}`);
    await read('read v2', `/api/orders/${entity}`, { 'api-version': '2' });
    await context.settled();
  },
  checks: CHECKS,
  // It is so without a fault as well.
  controlChecks: CHECKS,
  pulse: orderCompletes,
});
