/** The doors of the front ends: the same parts become different pages, and a part that does not come is missing, no more. */
import { expect, onTestFinished, test } from 'vitest';
import * as mobile from '../../../services-under-test/bff-mobile/pages.ts';
import * as web from '../../../services-under-test/bff-web/pages.ts';
import { createPartSource, type PartAnswer } from '../../../services-under-test/kit/page-part.ts';
import { type Answer, quietLog, startUpstream } from './upstream.ts';

const here = (body: unknown): PartAnswer => ({ state: 'here', body });
const missing: PartAnswer = { state: 'missing' };
const LAMP = {
  productId: 'lamp',
  name: 'Lamp',
  category: 'lighting',
  description: 'A long text.',
  price: 4_500,
  version: 2,
};
const VASE = { ...LAMP, productId: 'vase', name: 'Vase' };

test('the web gets whole products, a phone gets the little it shows', () => {
  const products = here({ products: [LAMP, VASE] });
  const categories = here({ categories: [{ name: 'lighting', products: 2 }] });
  expect(web.homePage({ products, categories })).toEqual({
    products: [LAMP, VASE],
    categories: [{ name: 'lighting', products: 2 }],
    customer: null,
    cart: null,
    recentOrders: [],
    missing: [],
  });
  expect(mobile.homePage(products)).toEqual({
    items: [
      { id: 'lamp', n: 'Lamp', p: 4_500 },
      { id: 'vase', n: 'Vase', p: 4_500 },
    ],
  });
});

test('who is logged in finds name, cart and orders; what did not come is named', () => {
  const page = web.homePage({
    products: here({ products: [LAMP] }),
    categories: missing,
    account: here({ name: 'Ann' }),
    cart: here({ items: [{ productId: 'lamp', quantity: 2 }] }),
    orders: missing,
  });
  expect(page).toMatchObject({ customer: { name: 'Ann' }, cart: { items: [{ quantity: 2 }] }, recentOrders: [] });
  expect(page.missing).toEqual(['categories', 'orders']);
  expect(mobile.homePage(here({ products: [] }), here({ items: [{ quantity: 2 }, { quantity: 3 }] })).cart).toBe(5);
  expect(mobile.homePage(here({ products: [] }), missing).cart).toBeNull();
});

test('a product page goes without stock and neighbours, and not without the product', () => {
  const others = here({ products: [LAMP, VASE] });
  expect(web.productPage({ product: here(LAMP), stock: missing, others })).toEqual({
    product: LAMP,
    stock: null,
    othersInCategory: [VASE],
    missing: ['stock'],
  });
  expect(mobile.productPage(here(LAMP), here({ available: 3 }))).toEqual({
    id: 'lamp',
    n: 'Lamp',
    p: 4_500,
    s: 'little',
  });
  expect(mobile.productPage(here(LAMP), missing).s).toBeNull();
  expect(() => mobile.productPage({ state: 'not-found' }, missing)).toThrow(expect.objectContaining({ status: 404 }));
  expect(() => web.productPage({ product: missing, stock: missing, others: missing })).toThrow(
    expect.objectContaining({ status: 503, retryAfterSeconds: 1 }),
  );
});

async function asked(...answers: readonly Answer[]): Promise<PartAnswer> {
  const upstream = await startUpstream(answers);
  const source = createPartSource({ edge: 'bff-web->part', url: upstream.url, log: quietLog });
  onTestFinished(async () => {
    await source.close();
    await upstream.close();
  });
  return source.ask('/part', 'user-1');
}

test('a part is asked once and never fails: it is here, or not there, or missing', async () => {
  expect(await asked({ status: 200, body: { one: 1 } })).toEqual({ state: 'here', body: { one: 1 } });
  expect(await asked({ status: 404, body: {} })).toEqual({ state: 'not-found' });
  expect(await asked({ status: 500, body: {} })).toEqual(missing);
  expect(await asked('reset')).toEqual(missing);
  expect(await asked('silent')).toEqual(missing);
});
