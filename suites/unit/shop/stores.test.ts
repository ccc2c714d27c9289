/** The stores of the services on a real Postgres: each statement has its whole effect once, also under concurrency. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createCountStore } from '../../../services-under-test/analytics/store.ts';
import { type Count, createStockStore } from '../../../services-under-test/inventory/store.ts';
import { childSpan, inContext } from '../../../services-under-test/kit/context.ts';
import type { Database } from '../../../services-under-test/kit/database.ts';
import type { Event } from '../../../services-under-test/kit/event.ts';
import { createContactStore } from '../../../services-under-test/notification/contacts.ts';
import { createMailStore } from '../../../services-under-test/notification/store.ts';
import { createOrderStore, type NewOrder } from '../../../services-under-test/order/store.ts';
import { createHistoryStore } from '../../../services-under-test/order-history/store.ts';
import { createPaymentStore } from '../../../services-under-test/payment/store.ts';
import { createShipmentStore } from '../../../services-under-test/shipping/store.ts';
import { bootDatabases, type Databases } from './databases.ts';

let databases: Databases;
beforeAll(async () => {
  databases = await bootDatabases();
}, 60_000);
afterAll(() => databases.close(), 20_000);

/** As a message of an order would be handled. */
function handling<T>(work: () => T): T {
  return inContext({ traceparent: childSpan(undefined), correlationId: 'corr-1' }, work);
}

function event<Data>(type: string, data: Data, orderId: string = randomUUID()): Event<Data> {
  return { eventId: randomUUID(), type, orderId, at: 1, data };
}

async function count(database: Database, text: string): Promise<number> {
  const [row] = await database.run<{ n: number }>(
    { name: text.slice(-60), text: `select count(*) as n from ${text}` },
    [],
  );
  return row?.n ?? -1;
}

function newOrder(key: string, bodyHash = 'hash'): NewOrder {
  const orderId = randomUUID();
  const placed = {
    userId: 'user-1',
    email: 'u@x',
    items: [],
    total: 5,
    shippingAddressId: 'a',
    paymentMethod: 'card',
    placedAt: 1,
  };
  return { orderId, key, bodyHash, answer: JSON.stringify({ orderId }), placed };
}

test('of twins that are placed at once one becomes an order, and the other finds its answer', async () => {
  const database = await databases.open('order');
  const store = createOrderStore(database);
  const twins = Array.from({ length: 8 }, () => newOrder('twin'));
  const results = await Promise.all(twins.map((twin) => handling(() => store.place(twin))));
  const winners = twins.filter((_, index) => results[index]?.length === 1);
  expect(winners).toHaveLength(1);
  expect(await store.answered('user-1', 'twin')).toEqual({ body_hash: 'hash', answer: winners[0]?.answer });
  expect(await count(database, 'orders')).toBe(1);
  expect(await count(database, 'outbox')).toBe(1);
});

test('an order ends once: neither the same event nor another one ends it again', async () => {
  const store = createOrderStore(await databases.open('order'));
  const order = newOrder('ends-once');
  await handling(() => store.place(order));
  const created = event('shipment.created', {}, order.orderId);
  const ends = await Promise.all([1, 2, 3].map(() => handling(() => store.finish(created, { state: 'completed' }))));
  expect(ends.flat().map(({ type, data }) => [type, JSON.parse(data)])).toEqual([
    ['order.completed', { userId: 'user-1', email: 'u@x' }],
  ]);
  const late = event('stock.released', {}, order.orderId);
  expect(await handling(() => store.finish(late, { state: 'cancelled', reason: 'late' }))).toEqual([]);
  expect(await store.find(order.orderId)).toMatchObject({ status: 'completed', reason: null });
});

function placed(...items: [string, number][]) {
  const data = { total: 5, paymentMethod: 'card', shippingAddressId: 'a', placedAt: 1 };
  return event('order.placed', { ...data, items: items.map(([productId, quantity]) => ({ productId, quantity })) });
}

test('stock is set aside for all products of an order or none, never below zero, whoever comes at once', async () => {
  const database = await databases.open('inventory');
  const store = createStockStore(database);
  await store.seed(new URL('../../../fixtures/products.json', import.meta.url).pathname);
  const orders = Array.from({ length: 24 }, (_, index) =>
    index % 2 ? placed(['product-scarce', 1], ['product-1', 1]) : placed(['product-1', 1], ['product-scarce', 1]),
  );
  const events = (await Promise.all(orders.map((order) => handling(() => store.reserve(order))))).flat();
  expect(events.filter(({ type }) => type === 'stock.reserved')).toHaveLength(3);
  expect(events.filter(({ type }) => type === 'stock.rejected')).toHaveLength(21);
  expect(await store.available('product-scarce')).toBe(0);
  expect(await store.available('product-1')).toBe(1_000_000 - 3);
  expect(await count(database, 'reservations')).toBe(6);
});

test('what is not known or not enough is rejected', async () => {
  const store = createStockStore(await databases.open('inventory'));
  for (const order of [
    placed(['no-such-product', 1]),
    placed(['product-2', 1_000_001]),
    placed(['product-2', 1], ['nothing', 1]),
  ]) {
    expect((await handling(() => store.reserve(order))).map(({ type }) => type)).toEqual(['stock.rejected']);
  }
  expect(await store.available('product-2')).toBe(1_000_000);
});

test('a reservation is made, committed and released once, however often the event comes', async () => {
  const database = await databases.open('inventory');
  const store = createStockStore(database);
  const order = placed(['product-3', 4]);
  const made = await Promise.all([1, 2, 3].map(() => handling(() => store.reserve(order))));
  expect(made.flat()).toHaveLength(1);
  const failed = event('payment.failed', {}, order.orderId);
  const released = await Promise.all([1, 2].map(() => handling(() => store.release(failed, 'payment_failed'))));
  expect(released.flat().map(({ data }) => JSON.parse(data))).toEqual([{ cause: 'payment_failed' }]);
  expect(await store.available('product-3')).toBe(1_000_000);
  await store.commit(event('order.completed', {}, order.orderId));
  expect(await count(database, "reservations where state = 'committed'")).toBe(0);
});

function reserved() {
  return event('stock.reserved', { total: 500, paymentMethod: 'card', shippingAddressId: 'address-1', placedAt: 1 });
}

test('a payment is begun before the provider is asked, decided once, and then seen', async () => {
  const store = createPaymentStore(await databases.open('payment'));
  const charge = reserved();
  expect(await store.begin(charge)).toEqual({ seen: false, askedBefore: false });
  expect(await store.begin(charge)).toEqual({ seen: false, askedBefore: true });
  const decide = () => handling(() => store.decide(charge, { is: 'charged', chargeId: 'c-1' }));
  const decided = await Promise.all([decide(), decide()]);
  expect(decided.flatMap(({ events }) => events.map(({ type }) => type))).toEqual(['payment.charged']);
  expect(await store.begin(charge)).toEqual({ seen: true, askedBefore: true });
});

test('a charge given up unclear leaves a void, which is open until it is acknowledged', async () => {
  const store = createPaymentStore(await databases.open('payment'));
  const charge = reserved();
  await store.begin(charge);
  const { events, undos } = await handling(() =>
    store.decide(charge, { is: 'given-up', reason: 'late', unclear: true }),
  );
  expect(events.map(({ type }) => type)).toEqual(['payment.failed']);
  expect(await store.openUndos()).toEqual(undos);
  const [undo] = undos;
  if (undo === undefined) throw new Error('there is no void');
  expect(undo).toMatchObject({ orderId: charge.orderId, kind: 'void', correlationId: 'corr-1' });
  expect(await handling(() => store.undone(undo))).toEqual([]);
  expect(await store.openUndos()).toEqual([]);
});

test('a refund is asked for once and told of once', async () => {
  const store = createPaymentStore(await databases.open('payment'));
  const charge = reserved();
  await store.begin(charge);
  await handling(() => store.decide(charge, { is: 'charged', chargeId: 'c-1' }));
  const refused = event('shipment.refused', {}, charge.orderId);
  const asked = (await Promise.all([1, 2].map(() => handling(() => store.askRefund(refused))))).flat();
  expect(asked).toMatchObject([{ orderId: charge.orderId, kind: 'refund', amount: 500 }]);
  const [undo] = asked;
  if (undo === undefined) throw new Error('there is no refund');
  const told = (await Promise.all([1, 2].map(() => handling(() => store.undone(undo))))).flat();
  expect(told.map(({ type, data }) => [type, JSON.parse(data)])).toEqual([['payment.refunded', { amount: 500 }]]);
  expect(await store.find(charge.orderId)).toMatchObject({ status: 'refunded' });
});

test("the carrier's decision is kept and told once", async () => {
  const store = createShipmentStore(await databases.open('shipping'));
  const charged = event('payment.charged', { amount: 500, shippingAddressId: 'address-1' });
  const decide = () => handling(() => store.decide(charged, { is: 'refused', reason: 'not served' }));
  const told = (await Promise.all([decide(), decide()])).flat();
  expect(told.map(({ type, data }) => [type, JSON.parse(data)])).toEqual([
    ['shipment.refused', { reason: 'not served' }],
  ]);
  expect(await store.find(charged.orderId)).toMatchObject({ state: 'refused', reason: 'not served' });
});

test('reservations of several orders are committed together, each once', async () => {
  const database = await databases.open('inventory');
  const store = createStockStore(database);
  const orders = [placed(['product-4', 1], ['product-5', 2]), placed(['product-4', 3]), placed(['product-4', 5])];
  for (const order of orders) await handling(() => store.reserve(order));
  const completed = orders.slice(0, 2).map(({ orderId }) => event('order.completed', {}, orderId));
  await Promise.all([...completed, ...completed].map((one) => store.commit(one)));
  expect(
    await count(database, `reservations where product_id in ('product-4', 'product-5') and state = 'committed'`),
  ).toBe(3);
  expect(await count(database, `reservations where product_id = 'product-4' and state = 'reserved'`)).toBe(1);
});

test('who follows the stock hears of each change as it is stored, and of none that was not made', async () => {
  const store = createStockStore(await databases.open('inventory'));
  const heard: Count[] = [];
  store.follow((counts) => heard.push(...counts));
  const [before] = await store.counts(['product-6']);
  const order = placed(['product-6', 4]);
  await handling(() => store.reserve(order));
  await handling(() => store.reserve(order));
  await handling(() => store.reserve(placed(['product-6', 2_000_000])));
  const failed = event('payment.failed', {}, order.orderId);
  await handling(() => store.release(failed, 'payment_failed'));
  const { available = 0, version = 0 } = before ?? {};
  expect(heard).toEqual([
    { productId: 'product-6', available: available - 4, version: version + 1 },
    { productId: 'product-6', available, version: version + 2 },
  ]);
  expect(await store.counts(['product-6'])).toEqual(heard.slice(1));
});

test('a mail is begun before it is sent, and whoever finds it begun knows that it may have been', async () => {
  const store = createMailStore(await databases.open('notification'), false);
  const completed = event('order.completed', { email: 'u@x' });
  expect(await store.begin(completed, 'completed')).toEqual({ seen: false, sent: false, triedBefore: false });
  expect(await store.begin(completed, 'completed')).toEqual({ seen: false, sent: false, triedBefore: true });
  await store.sent(completed, 'completed');
  expect(await store.begin(completed, 'completed')).toMatchObject({ seen: true, sent: true });
  const again = event('order.completed', { email: 'u@x' }, completed.orderId);
  expect(await store.begin(again, 'completed')).toMatchObject({ seen: false, sent: true });
});

test('a mail that is begun says how its customer wants to hear, and for whom it is', async () => {
  const database = await databases.open('notification', ['notification/contacts.sql']);
  await createContactStore(database).put(event('user.created', { phone: '+49 1', sms: true, push: false }, 'user-7'));
  const store = createMailStore(database, true);
  const told = event('order.completed', { email: 'u@x', userId: 'user-7' });
  expect((await store.begin(told, 'completed')).contact).toEqual({ phone: '+49 1', sms: true, push: false });
  const unknown = event('order.completed', { email: 'v@x', userId: 'user-8' });
  expect((await store.begin(unknown, 'completed')).contact).toBeNull();
  expect(await count(database, "mails where user_id = 'user-7'")).toBe(1);
});

test('mails are marked as sent together, each its own', async () => {
  const database = await databases.open('notification');
  const store = createMailStore(database, false);
  const completed = () => event('order.completed', { email: 'u@x' });
  const [first, second, third] = [completed(), completed(), completed()];
  const begin = async (one: typeof first, state = 'completed') => (await store.begin(one, state)).sent;
  for (const one of [first, second, third]) expect(await begin(one)).toBe(false);
  expect(await begin(first, 'cancelled')).toBe(false);
  await Promise.all([first, second].map((one) => store.sent(one, 'completed')));
  expect(await Promise.all([first, second, third].map((one) => begin(one)))).toEqual([true, true, false]);
  expect(await begin(first, 'cancelled')).toBe(false);
});

test('events of a moment are counted together, and each once however often it comes', async () => {
  const store = createCountStore(await databases.open('analytics'));
  const charged = Array.from({ length: 5 }, () => event('payment.charged', { amount: 10 }));
  const completed = event('order.completed', {});
  await Promise.all([...charged, completed, ...charged].map((one) => store.count(one)));
  await store.count(completed);
  expect(await store.totals(0)).toEqual([
    { type: 'order.completed', count: 1, amount: 0 },
    { type: 'payment.charged', count: 5, amount: 50 },
  ]);
});

test('an order is the same in the history whether its events come together, alone, twice or the wrong way round', async () => {
  const store = createHistoryStore(await databases.open('order-history'));
  const of = (orderId: string) => [
    event('order.placed', { userId: 'user-9', total: 5, items: [], shippingAddressId: 'a', placedAt: 1 }, orderId),
    event('stock.reserved', {}, orderId),
    { ...event('payment.charged', { amount: 5 }, orderId), at: 2 },
    { ...event('payment.refunded', { amount: 5 }, orderId), at: 3 },
    event('shipment.refused', { reason: 'far' }, orderId),
    { ...event('order.cancelled', { reason: 'far' }, orderId), at: 4 },
  ];
  const ids = [randomUUID(), randomUUID(), randomUUID()];
  const [together = [], alone = [], backwards = []] = ids.map(of);
  await Promise.all([...together, ...together].map((one) => store.put(one)));
  for (const one of alone) await store.put(one);
  for (const one of backwards.toReversed()) await store.put(one);
  const rows = await Promise.all(ids.map((orderId) => store.find(orderId)));
  const wanted = { status: 'cancelled', reason: 'far', userId: 'user-9', updatedAt: 4, stock: { status: 'reserved' } };
  for (const row of rows) expect(row).toMatchObject({ ...wanted, payment: { status: 'refunded', amount: 5 } });
});
