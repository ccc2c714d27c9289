/** A cart is filled as a guest and as a customer, and checked out by somebody who clicks twice and hears nothing. */
import { checkOut, fill, fillAsGuest, lookAtCart } from '../../fixtures/workloads/cart.ts';
import { memberOf, visit } from '../../fixtures/workloads/door.ts';
import { orderCompletes, WHOLE_SHOPS } from '../../fixtures/workloads/shop.ts';
import { experiment } from '../../harness/experiment/index.ts';

/** Three pieces at the catalog's price. */
const TOTAL = 3 * 1_999;

experiment('a cart becomes one order at the prices of the catalog, however often it is checked out', {
  hypothesis:
    "What a guest put aside is in the customer's cart after login; twins of a checkout, one of whose answers is lost, are one order with one total.",
  topologies: WHOLE_SHOPS,
  faults: [
    { fault: 'lost-reply', target: 'gateway->order', trigger: { operation: 'POST /carts/me/checkout', times: 1 } },
  ],
  async workload(context) {
    const userId = `cart-${context.caseId}-${context.kind}`;
    const guests = await fillAsGuest(context, 'product-2', 2);
    await fill(context, userId, 'product-1', 5);
    await fill(context, userId, 'product-1', 1);
    const merge = { method: 'POST', path: '/api/v1/carts/me/merges', userId, body: { cartId: guests } } as const;
    const merged = await visit(context, { ...merge, name: 'merge' });
    await visit(context, { ...merge, name: 'merge' });
    await lookAtCart(context, userId, 'cart before');
    const cartId = String(memberOf(merged.body, 'cartId'));
    await Promise.all([1, 2].map(() => checkOut(context, userId, cartId)));
    await checkOut(context, userId, cartId, 'check out again');
    await lookAtCart(context, userId, 'cart after');
    await context.settled();
  },
  checks: [
    // Who hears nothing is told to come again.
    { check: 'answered', atLeast: 10, statuses: [503] },
    { check: 'answered', operations: 'check out again' },
    { check: 'told', operations: 'cart before', member: 'total', is: TOTAL },
    { check: 'told', operations: 'check out*', member: 'total', is: TOTAL },
    { check: 'told', operations: 'cart after', member: 'lines', is: 0 },
    { check: 'exactly-once', repeats: true },
    { check: 'terminal-states', expect: { state: 'completed' } },
    { check: 'conservation' },
    { check: 'nothing-lost' },
  ],
  pulse: orderCompletes,
});
