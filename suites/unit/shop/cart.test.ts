/** The cart: its rules, and on a real Postgres that two who change it at once lose nothing. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { merged, withLine, withoutLine } from '../../../services-under-test/order/cart-rules.ts';
import { type CartStore, createCartStore } from '../../../services-under-test/order/cart-store.ts';
import { createPriceMemory, objectionTo } from '../../../services-under-test/order/price-rules.ts';
import { bootDatabases, type Databases } from './databases.ts';

vi.setConfig({ testTimeout: 30_000, hookTimeout: 60_000 });

let databases: Databases;
let carts: CartStore;

beforeAll(async () => {
  databases = await bootDatabases();
  carts = createCartStore(await databases.open('order', ['order/cart.sql']));
});
afterAll(() => databases.close());

const line = (productId: string, quantity: number) => ({ productId, quantity });

test('a line is put, changed in its place, and removed', () => {
  const lines = withLine(withLine([], line('a', 1)) ?? [], line('b', 2)) ?? [];
  expect(withLine(lines, line('a', 5))).toEqual([line('a', 5), line('b', 2)]);
  expect(withoutLine(lines, 'a')).toEqual([line('b', 2)]);
  const full = Array.from({ length: 50 }, (_, index) => line(`p-${index}`, 1));
  expect(withLine(full, line('one-more', 1))).toBeUndefined();
  expect(withLine(full, line('p-7', 3))).toHaveLength(50);
});

test('two carts become one: pieces add up, as far as they may', () => {
  expect(merged([line('a', 1), line('b', 60)], [line('b', 70), line('c', 2)])).toEqual([
    line('a', 1),
    line('b', 100),
    line('c', 2),
  ]);
});

test('an order is taken at the price of the catalog, and at no other', () => {
  const prices = new Map([['a', { price: 100 }]]);
  const item = (productId: string, price: number) => ({ productId, quantity: 1, price });
  expect(objectionTo([item('a', 100)], prices, true)).toBeUndefined();
  expect(objectionTo([item('a', 100), item('a', 99)], prices, true)).toMatchObject({
    status: 422,
    field: 'items[1].price',
    message: 'items[1].price is 99, the price of a is 100',
  });
  expect(objectionTo([item('b', 100)], prices, true)).toMatchObject({ status: 422, field: 'items[0].productId' });
  expect(objectionTo([item('b', 100)], prices, false)).toMatchObject({ status: 503, retryAfterSeconds: 1 });
});

test('a price is remembered for a minute', () => {
  const memory = createPriceMemory<number>();
  memory.keep('a', 100, 1_000);
  expect(memory.find('a', 60_999)).toBe(100);
  expect(memory.find('a', 61_000)).toBeUndefined();
});

test('a customer has one open cart, however many ask for it at once', async () => {
  const ids = await Promise.all(Array.from({ length: 8 }, () => carts.own('user-twins').then(({ cartId }) => cartId)));
  expect(new Set(ids).size).toBe(1);
});

test('changes at the same time are all there in the end', async () => {
  const { cartId } = await carts.openForGuest();
  const names = ['a', 'b', 'c', 'd', 'e'];
  await Promise.all(names.map((name) => carts.change(cartId, (lines) => withLine(lines, line(name, 1)))));
  const lines = (await carts.find(cartId))?.lines ?? [];
  expect(lines.map(({ productId }) => productId).sort()).toEqual(names);
});

test("a guest's cart is taken over once, however often that is asked for", async () => {
  const guest = await carts.openForGuest();
  await carts.change(guest.cartId, () => [line('a', 2)]);
  const own = await carts.own('user-merge');
  await carts.change(own.cartId, () => [line('a', 1)]);
  const twins = await Promise.all([1, 2, 3].map(() => carts.merge('user-merge', guest.cartId)));
  for (const cart of twins) expect(cart?.lines).toEqual([line('a', 3)]);
  expect(await carts.merge('user-other', guest.cartId)).toBeUndefined();
  expect(await carts.change(guest.cartId, () => [])).toBeUndefined();
});

test('a cart that was checked out is not changed any more, and the next one is empty', async () => {
  const cart = await carts.own('user-done');
  await carts.change(cart.cartId, () => [line('a', 1)]);
  await carts.close(cart.cartId);
  expect(await carts.change(cart.cartId, () => [])).toBeUndefined();
  expect((await carts.own('user-done')).lines).toEqual([]);
  expect((await carts.find(cart.cartId))?.lines).toEqual([line('a', 1)]);
});
