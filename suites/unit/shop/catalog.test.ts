/** The catalog on a real Postgres and a real Redis: prices, the search index, and a cache that is never wrong for long. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { systemClock, waitFor } from '../../../harness/core/index.ts';
import { createProductCache } from '../../../services-under-test/catalog/product-cache.ts';
import { type Product, pageOf, termsOf, wordsOf } from '../../../services-under-test/catalog/rules.ts';
import { createSearchIndex } from '../../../services-under-test/catalog/search.ts';
import { createProductStore, type ProductStore } from '../../../services-under-test/catalog/store.ts';
import { inContext, receivedContext } from '../../../services-under-test/kit/context.ts';
import type { Database } from '../../../services-under-test/kit/database.ts';
import type { RedisStore } from '../../../services-under-test/kit/redis.ts';
import { bootDatabases, type Databases } from './databases.ts';

vi.setConfig({ testTimeout: 30_000, hookTimeout: 60_000 });

let databases: Databases;
let database: Database;
let store: ProductStore;
let redis: RedisStore;

beforeAll(async () => {
  databases = await bootDatabases();
  database = await databases.open('catalog');
  store = createProductStore(database);
  redis = databases.redis('catalog');
  await waitFor(() => redis.use((commands) => commands.ping()).catch(() => undefined), {
    what: 'Redis to answer',
    deadlineMs: 5_000,
  });
});
afterAll(() => databases.close());

const LAMP = { name: 'Brass Lamp', category: 'lighting', description: 'Für das Büro.', price: 4_500 };
const put = (id: string, facts: Partial<typeof LAMP> = {}) =>
  inContext(receivedContext(undefined, undefined), () => store.put(id, { ...LAMP, ...facts }));
const product = (productId: string, version: number, price = 100): Product => ({ ...LAMP, productId, version, price });

test('a change makes a new version and an event that tells of the whole product', async () => {
  await put('lamp');
  const [event] = await put('lamp', { price: 4_000 });
  expect(event).toMatchObject({ topic: 'catalog.events', key: 'lamp', type: 'product.updated' });
  expect(JSON.parse(event?.data ?? '')).toEqual({ ...LAMP, productId: 'lamp', price: 4_000, version: 2 });
  expect(await store.find('lamp')).toEqual({ ...LAMP, productId: 'lamp', price: 4_000, version: 2 });
});

test('products come in pages, by category where one is named', async () => {
  for (const id of ['page-a', 'page-b', 'page-c']) await put(id, { category: 'pages' });
  const page = (query: Record<string, string>) =>
    store.page(pageOf({ category: 'pages', ...query })).then((products) => products.map((one) => one.productId));
  expect(await page({ limit: '2' })).toEqual(['page-a', 'page-b']);
  expect(await page({ after: 'page-b' })).toEqual(['page-c']);
  expect(() => pageOf({ limit: '0' })).toThrow(expect.objectContaining({ status: 400, field: 'limit' }));
  expect(() => pageOf({ category: ['a', 'b'] })).toThrow(expect.objectContaining({ field: 'category' }));
});

test('words are found however they are written, and by their beginning', async () => {
  const index = createSearchIndex(database);
  await index.take({ ...product('office-lamp', 1), name: 'Büro-Leuchte' });
  const found = async (q: string) => (await index.find(wordsOf({ q }))).results.map(({ productId }) => productId);
  expect(await found('BURO')).toContain('office-lamp');
  expect(await found('leuch büro')).toContain('office-lamp');
  expect(await found('leuchte tisch')).not.toContain('office-lamp');
  expect(await found("'; drop table products; --")).toEqual([]);
  expect(termsOf('One two', 'ONE')).toEqual(['one', 'two']);
});

test('an event that comes late changes nothing in the index, and the index says how far it is behind', async () => {
  const index = createSearchIndex(database);
  await put('late');
  await put('late', { price: 3_000 });
  const priceOf = async () => {
    const { results } = await index.find(['lamp']);
    return results.find(({ productId }) => productId === 'late')?.price;
  };
  await index.rebuild();
  expect((await index.find(['lamp'])).index.behind).toBe(0);
  await put('late', { price: 2_000 });
  expect((await index.find(['lamp'])).index.behind).toBe(1);
  await index.take(product('late', 3, 2_000));
  await index.take(product('late', 2, 3_000));
  expect(await priceOf()).toBe(2_000);
  expect((await index.find(['lamp'])).index.behind).toBe(0);
});

/** A cache whose loads are counted and take a moment. */
function counted(current: () => Product | undefined) {
  const loads: string[] = [];
  const cache = () =>
    createProductCache({
      redis,
      keepMs: 60_000,
      async load(productId) {
        loads.push(productId);
        const loaded = current();
        await systemClock.delay(30);
        return loaded;
      },
    });
  return { loads, cache };
}

test('a hundred who want the same product at once cost one load, in one process and in two', async () => {
  const { loads, cache } = counted(() => product('wanted', 1));
  const instances = [cache(), cache()];
  const answers = await Promise.all(Array.from({ length: 100 }, (_, i) => instances[i % 2]?.find('wanted')));
  expect(answers.every((answer) => answer?.product?.price === 100)).toBe(true);
  expect(loads).toEqual(['wanted']);
  expect(await instances[0]?.find('wanted')).toMatchObject({ from: 'cache' });
});

test('after a change is told, the old copy is not used any more, whoever still holds it', async () => {
  let current = product('changing', 1, 100);
  const { cache } = counted(() => current);
  const one = cache();
  const old = one.find('changing');
  // The change happens, and is told, while the old product is being loaded.
  await systemClock.delay(10);
  current = product('changing', 2, 200);
  await one.outdate('changing', 2);
  await old;
  expect((await one.find('changing')).product?.price).toBe(200);
  // Told twice, and late: what is newer stays.
  await one.outdate('changing', 1);
  expect(await one.find('changing')).toMatchObject({ from: 'cache', product: { price: 200 } });
});

test('without Redis every answer comes from the database, and it is back when Redis is', async () => {
  const { cache } = counted(() => product('alone', 1));
  const one = cache();
  await databases.lab.parts.kill('redis');
  expect(await one.find('alone')).toMatchObject({ from: 'database', product: { productId: 'alone' } });
  await expect(one.outdate('alone', 2)).rejects.toThrow();
  await databases.lab.parts.restart('redis');
  const cached = async () => ((await one.find('alone')).from === 'cache' ? true : undefined);
  await waitFor(cached, { what: 'the cache to be used again', deadlineMs: 10_000 });
});
