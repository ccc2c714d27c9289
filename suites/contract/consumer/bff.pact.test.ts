/** What the doors of the front ends need of the catalog and the inventory: what their pages show. */
import { MatchersV3 } from '@pact-foundation/pact';
import { expect, test } from 'vitest';
import { consumerContract } from '../../../harness/contracts/index.ts';
import { homePage, productPage } from '../../../services-under-test/bff-mobile/pages.ts';
import * as web from '../../../services-under-test/bff-web/pages.ts';
import { createLog } from '../../../services-under-test/kit/log.ts';
import { createPartSource, type PartAnswer } from '../../../services-under-test/kit/page-part.ts';
import { fromState } from './expected.ts';

const { eachLike, integer, string } = MatchersV3;
const mobileCatalog = consumerContract(import.meta.url, 'bff-mobile', 'catalog');
const mobileInventory = consumerContract(import.meta.url, 'bff-mobile', 'inventory');
const webCatalog = consumerContract(import.meta.url, 'bff-web', 'catalog');
const webInventory = consumerContract(import.meta.url, 'bff-web', 'inventory');
const webUser = consumerContract(import.meta.url, 'bff-web', 'user');
const webOrder = consumerContract(import.meta.url, 'bff-web', 'order');
const mobileOrder = consumerContract(import.meta.url, 'bff-mobile', 'order');
const log = createLog('bff');

async function ask(edge: string, url: string, path: string, userId?: string): Promise<PartAnswer> {
  const source = createPartSource({ edge, url, log });
  try {
    return await source.ask(path, userId);
  } finally {
    await source.close();
  }
}

const PRODUCT = { productId: string('product-1'), name: string('Copper Kettle'), price: integer(1_999) };

test('a phone shows the first products of a page', async () => {
  await mobileCatalog
    .http('look at the first products', 'there are products')
    .withRequest('GET', '/products', (request) => request.query({ limit: '6' }))
    .willRespondWith(200, (reply) => reply.jsonBody({ products: eachLike(PRODUCT) }))
    .executeTest(async ({ url }) => {
      const { items } = homePage(await ask('bff-mobile->catalog', url, '/products?limit=6'));
      expect(items).toEqual([{ id: 'product-1', n: 'Copper Kettle', p: 1_999 }]);
    });
});

test('a phone says of a product whether one can buy it', async () => {
  await mobileInventory
    .http('look at the stock', 'a product is on the shelves')
    .withRequest('GET', fromState(`/stock/$\{productId}`, '/stock/product-2'))
    .willRespondWith(200, (reply) => reply.jsonBody({ available: integer(7) }))
    .executeTest(async ({ url }) => {
      const product: PartAnswer = { state: 'here', body: { productId: 'product-2', name: 'Oak Stool', price: 1 } };
      expect(productPage(product, await ask('bff-mobile->inventory', url, '/stock/product-2')).s).toBe('in');
    });
});

test('the web shows a whole product', async () => {
  const whole = {
    ...PRODUCT,
    productId: string('product-contract'),
    category: string('contracts'),
    description: string('x'),
  };
  await webCatalog
    .http('look at a product', { name: 'a product of this name', params: { name: 'Walnut Board' } })
    .withRequest('GET', fromState(`/products/$\{productId}`, '/products/product-contract'))
    .willRespondWith(200, (reply) => reply.jsonBody({ ...whole, name: 'Walnut Board', version: integer(1) }))
    .executeTest(async ({ url }) => {
      const product = await ask('bff-web->catalog', url, '/products/product-contract');
      const missing: PartAnswer = { state: 'missing' };
      expect(web.productPage({ product, stock: missing, others: missing }).product).toMatchObject({
        name: 'Walnut Board',
      });
    });
});

test('a product that is not sold is not found', async () => {
  await webCatalog
    .http('look at a product that is not sold')
    .withRequest('GET', '/products/no-such-product')
    .willRespondWith(404, (reply) => reply.headers({ 'Content-Type': 'application/problem+json' }))
    .executeTest(async ({ url }) => {
      expect(await ask('bff-web->catalog', url, '/products/no-such-product')).toEqual({ state: 'not-found' });
    });
});

test('the web says how much there is of a product', async () => {
  await webInventory
    .http('look at the stock', 'a product is on the shelves')
    .withRequest('GET', fromState(`/stock/$\{productId}`, '/stock/product-2'))
    .willRespondWith(200, (reply) => reply.jsonBody({ available: integer(7) }))
    .executeTest(async ({ url }) => {
      const product: PartAnswer = { state: 'here', body: { productId: 'product-2' } };
      const stock = await ask('bff-web->inventory', url, '/stock/product-2');
      expect(web.productPage({ product, stock, others: { state: 'missing' } }).stock).toEqual({ available: 7 });
    });
});

test('the web greets who is signed in', async () => {
  await webUser
    .http('look at an account', 'somebody has an account')
    .withRequest('GET', '/accounts/me', (request) =>
      request.headers({ 'x-user-id': fromState(`$\{userId}`, 'user-1') }),
    )
    .willRespondWith(200, (reply) => reply.jsonBody({ name: string('Casey') }))
    .executeTest(async ({ url }) => {
      const account = await ask('bff-web->user', url, '/accounts/me', 'user-1');
      const products: PartAnswer = { state: 'here', body: { products: [] } };
      const page = web.homePage({ products, categories: { state: 'missing' }, account });
      expect(page.customer).toEqual({ name: 'Casey' });
    });
});

const LINE = { productId: string('product-1'), quantity: integer(2) };

test('the web shows the cart of who is signed in', async () => {
  await webOrder
    .http('look at a cart', { name: 'a customer has something in the cart', params: { user: 'user-web' } })
    .withRequest('GET', '/carts/me', (request) => request.headers({ 'x-user-id': 'user-web' }))
    .willRespondWith(200, (reply) => reply.jsonBody({ cartId: string('c-1'), items: eachLike(LINE) }))
    .executeTest(async ({ url }) => {
      const cart = await ask('bff-web->order', url, '/carts/me', 'user-web');
      const products: PartAnswer = { state: 'here', body: { products: [] } };
      const page = web.homePage({ products, categories: { state: 'missing' }, cart });
      expect(page.cart).toMatchObject({ items: [{ productId: 'product-1', quantity: 2 }] });
    });
});

test('the phone counts the pieces in the cart', async () => {
  await mobileOrder
    .http('look at a cart', { name: 'a customer has something in the cart', params: { user: 'user-mobile' } })
    .withRequest('GET', '/carts/me', (request) => request.headers({ 'x-user-id': 'user-mobile' }))
    .willRespondWith(200, (reply) => reply.jsonBody({ items: eachLike({ quantity: integer(2) }) }))
    .executeTest(async ({ url }) => {
      const products: PartAnswer = { state: 'here', body: { products: [] } };
      expect(homePage(products, await ask('bff-mobile->order', url, '/carts/me', 'user-mobile')).cart).toBe(2);
    });
});
