/** The web and the phone show their pages while nobody can say how much there is. */
import { memberOf, visit } from '../../fixtures/workloads/door.ts';
import { orderCompletes, WHOLE_SHOPS } from '../../fixtures/workloads/shop.ts';
import { experiment } from '../../harness/experiment/index.ts';

experiment('each front end has pages of its own, and shows them without the part that does not come', {
  hypothesis:
    "A phone's page is of another shape and a quarter of the size of the web's; while the inventory stands still both are shown without the stock.",
  topologies: WHOLE_SHOPS,
  start: 'called',
  faults: [{ fault: 'pause', target: 'inventory' }],
  async workload(context) {
    const userId = `user-${context.random.integer(1, 50)}`;
    const onWeb = (path: string, name: string) =>
      visit(context, {
        ...{ path, userId, name },
        saw: (body) => ({
          bytes: sizeOf(body),
          product: memberOf(body, 'product.productId'),
          missing: memberOf(body, 'missing.0'),
        }),
      });
    const onPhone = (path: string, name: string) =>
      visit(context, {
        ...{ path, userId, name, headers: { 'x-client': 'mobile' } },
        saw: (body) => ({ bytes: sizeOf(body), product: memberOf(body, 'id'), stock: memberOf(body, 's') }),
      });
    const home = '/api/v1/home';
    const [web, phone] = [await onWeb(home, 'home on the web'), await onPhone(home, 'home on a phone')];
    await context.step({
      name: 'compare',
      work: async () => ({ small: sizeOf(phone.body) * 4 < sizeOf(web.body), words: wordsOf(phone.body, web.body) }),
    });
    await context.inject();
    // Each of the two instances behind the web's door is asked.
    for (let visits = 0; visits < 4; visits++) await onWeb('/api/v1/pages/products/product-3', 'product on the web');
    await onPhone('/api/v1/pages/products/product-3', 'product on a phone');
  },
  checks: [
    { check: 'answered', atLeast: 5 },
    { check: 'told', operations: 'compare', member: 'small', is: true },
    { check: 'told', operations: 'compare', member: 'words', is: 0 },
    { check: 'told', operations: 'product on the web', member: 'product', is: 'product-3' },
    { check: 'told', operations: 'product on the web', member: 'missing', is: 'stock' },
    { check: 'told', operations: 'product on a phone', member: 'product', is: 'product-3' },
    { check: 'told', operations: 'product on a phone', member: 'stock', is: null },
  ],
  controlChecks: [
    { check: 'answered', atLeast: 5 },
    { check: 'told', operations: 'compare', member: 'small', is: true },
    { check: 'told', operations: 'product on the web', member: 'missing', is: null },
    { check: 'told', operations: 'product on a phone', member: 'stock', is: 'in' },
  ],
  pulse: orderCompletes,
});

function sizeOf(body: unknown): number {
  return JSON.stringify(body ?? null).length;
}

/** Members that both pages have. */
function wordsOf(one: unknown, other: unknown): number {
  const names = Object.keys((one ?? {}) as object);
  return names.filter((name) => name !== 'cart' && Object.hasOwn((other ?? {}) as object, name)).length;
}
