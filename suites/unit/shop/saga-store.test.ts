/** Orchestrated sagas on a real Postgres: state, facts and next command in one statement, and every command answered once and again. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createStockStore } from '../../../services-under-test/inventory/store.ts';
import { childSpan, inContext } from '../../../services-under-test/kit/context.ts';
import type { Database } from '../../../services-under-test/kit/database.ts';
import type { Event } from '../../../services-under-test/kit/event.ts';
import type { OutboxRow } from '../../../services-under-test/kit/outbox.ts';
import { createEventStore } from '../../../services-under-test/order/event-store.ts';
import { createLastStored } from '../../../services-under-test/order/last-stored.ts';
import { createRebuilder } from '../../../services-under-test/order/rebuild.ts';
import { onReply, type Turn } from '../../../services-under-test/order/saga.ts';
import { createSagaStore, type LoadedSaga } from '../../../services-under-test/order/saga-store.ts';
import type { NewOrder } from '../../../services-under-test/order/store.ts';
import { createCommandedStore } from '../../../services-under-test/payment/commanded-store.ts';
import { createShipmentStore } from '../../../services-under-test/shipping/store.ts';
import { bootDatabases, type Databases } from './databases.ts';

let databases: Databases;
beforeAll(async () => {
  databases = await bootDatabases();
}, 60_000);
afterAll(() => databases.close(), 20_000);

const OPTIONS = { snapshotEvery: 3, newId: randomUUID };
const REPLIES = 'order.replies';

/** As a message of an order would be handled. */
function handling<T>(work: () => T): T {
  return inContext({ traceparent: childSpan(undefined), correlationId: 'corr-1' }, work);
}

function command<Data>(type: string, data: Data, orderId: string = randomUUID()) {
  return { eventId: randomUUID(), type, orderId, at: 1, data: { ...data, replyTo: REPLIES } };
}

function told(rows: readonly OutboxRow[]) {
  return rows.map(({ topic, type }) => `${topic} ${type}`);
}

function newOrder(): NewOrder {
  const orderId = randomUUID();
  const placed = {
    userId: 'user-1',
    email: 'u@x',
    items: [{ productId: 'product-1', quantity: 1, price: 5 }],
    total: 5,
  };
  const rest = { shippingAddressId: 'a', paymentMethod: 'card', placedAt: 1 };
  return { orderId, key: orderId, bodyHash: 'hash', answer: '{}', placed: { ...placed, ...rest } };
}

const openOrders = () => databases.open('order', ['order/event-sourced.sql']);

async function placed(database: Database) {
  const store = createSagaStore(database, OPTIONS);
  const order = newOrder();
  const rows = await handling(() => store.place(order));
  const load = async () => {
    const saga = await store.load(order.orderId);
    if (saga === undefined) throw new Error('there is no saga');
    return saga;
  };
  return { store, order, rows, load };
}

function turn(saga: LoadedSaga, type: string, data = {}): Turn {
  const decided = onReply(saga.state, type, data);
  if (decided === undefined) throw new Error(`${type} means nothing to a saga that is ${saga.state.step}`);
  return decided;
}

test('a new order, its event, its saga and the first command are stored together, once per key', async () => {
  const { store, order, rows, load } = await placed(await openOrders());
  expect(told(rows)).toEqual(['order.events order.placed', 'inventory.commands stock.reserve']);
  const { items, total, placedAt } = order.placed;
  expect(JSON.parse(rows[1]?.data ?? '')).toMatchObject({ items, total, placedAt, replyTo: REPLIES });
  const saga = await load();
  expect(saga).toMatchObject({
    version: 1,
    state: { step: 'reserving' },
    requestId: rows[1]?.event_id,
    correlationId: 'corr-1',
  });
  expect(saga.order).toMatchObject({ ...order.placed, status: 'pending', version: 1 });
  expect(await handling(() => store.place({ ...order, orderId: randomUUID() }))).toEqual([]);
});

test('of two turns from the same state one is taken, and the other has to look again', async () => {
  const { store, load } = await placed(await openOrders());
  const saga = await load();
  const both = await Promise.all([1, 2].map(() => handling(() => store.take(saga, turn(saga, 'stock.reserved')))));
  const taken = both.filter((rows) => rows !== undefined);
  expect(taken.map(told)).toEqual([['payment.commands payment.charge']]);
  expect(await load()).toMatchObject({ version: 2, state: { step: 'charging' }, requestId: taken[0]?.[0]?.event_id });
});

test('what is kept of a saga for its next turn is what the database holds', async () => {
  const database = await openOrders();
  const { store, order, load } = await placed(database);
  const fromDatabase = () => createSagaStore(database, OPTIONS).load(order.orderId);
  const first = await load();
  expect(first).toEqual(await fromDatabase());
  await handling(() => store.take(first, turn(first, 'stock.reserved')));
  expect(await load()).toEqual(await fromDatabase());
});

test('a turn from what has moved on meanwhile is not taken, and the next look is at the database', async () => {
  const database = await openOrders();
  const { store, order, load } = await placed(database);
  const another = createSagaStore(database, OPTIONS);
  const moved = await another.load(order.orderId);
  await handling(async () => moved && another.take(moved, turn(moved, 'stock.reserved')));
  const old = await load();
  expect(old.state).toMatchObject({ step: 'reserving' });
  expect(await handling(() => store.take(old, turn(old, 'stock.reserved')))).toBeUndefined();
  expect(await load()).toMatchObject({ version: 2, state: { step: 'charging' } });
});

test('of the orders that were stored last those are kept that came last, and each is given away once', () => {
  const kept = createLastStored<number>(2);
  for (const order of [1, 2, 1, 3]) kept.keep(`order-${order}`, order);
  expect(kept.take('order-2')).toBeUndefined();
  expect(kept.take('order-1')).toBe(1);
  expect(kept.take('order-1')).toBeUndefined();
  expect(kept.take('order-3')).toBe(3);
});

test('a saga to its end: every fact kept, a snapshot on the way, and the state that follows from them is the one that is kept', async () => {
  const database = await openOrders();
  const { store, order, load } = await placed(database);
  for (const [type, data] of [
    ['stock.reserved', {}],
    ['payment.charged', { chargeId: 'c-1' }],
  ] as const) {
    const saga = await load();
    await handling(() => store.take(saga, turn(saga, type, data)));
  }
  const last = await load();
  const rows = await handling(() => store.take(last, turn(last, 'shipment.created', { tracking: 'T-1' })));
  expect(told(rows ?? [])).toEqual(['order.events order.completed']);
  const ended = await load();
  expect(ended).toMatchObject({ state: { step: 'ended' }, requestId: null, dueAt: null });
  expect(ended.order).toMatchObject({ status: 'completed', version: 5, chargeId: 'c-1', tracking: 'T-1' });
  const comparisons = await createRebuilder(database).comparisons(0);
  expect(comparisons.find(({ entity }) => entity === order.orderId)).toMatchObject({ kind: 'rebuilt_alike' });
});

test('a view that does not follow from the facts is seen, and put right from them', async () => {
  const database = await openOrders();
  const { order } = await placed(database);
  const rebuilder = createRebuilder(database);
  const spoil = { name: 'spoil', text: `update orders set status = 'completed' where order_id = $1::uuid` };
  await database.run(spoil, [order.orderId]);
  const mine = async () => (await rebuilder.comparisons(0)).find(({ entity }) => entity === order.orderId);
  expect(await mine()).toMatchObject({ kind: 'rebuilt_otherwise', key: 'status' });
  expect((await rebuilder.repair()).repaired).toBe(1);
  expect(await mine()).toMatchObject({ kind: 'rebuilt_alike' });
  const { at = 0 } = (await mine()) ?? {};
  const since = async (ms: number) => (await rebuilder.comparisons(ms)).some(({ entity }) => entity === order.orderId);
  expect([await since(at), await since(at + 1)]).toEqual([true, false]);
});

test('a saga that waits too long is due, one that waits or has ended is not', async () => {
  const database = await openOrders();
  const { store, order } = await placed(database);
  expect(await store.due()).not.toContain(order.orderId);
  await database.run({ name: 'age', text: 'update sagas set due_at = 1 where order_id = $1::uuid' }, [order.orderId]);
  expect(await store.due()).toContain(order.orderId);
});

test('an event-sourced order without a conductor ends once, whoever comes at once', async () => {
  const store = createEventStore(await openOrders(), OPTIONS);
  const order = newOrder();
  expect(told(await handling(() => store.place(order)))).toEqual(['order.events order.placed']);
  const created: Event = { eventId: randomUUID(), type: 'shipment.created', orderId: order.orderId, at: 1, data: {} };
  const ends = await Promise.all([1, 2, 3].map(() => handling(() => store.finish(created, { state: 'completed' }))));
  expect(told(ends.flat())).toEqual(['order.events order.completed']);
  const late = { ...created, eventId: randomUUID() };
  expect(await handling(() => store.finish(late, { state: 'cancelled' }))).toEqual([]);
  expect(await store.find(order.orderId)).toMatchObject({ status: 'completed', reason: null });
});

test('stock is reserved once and answered as often as it is asked for, under the id of the request', async () => {
  const database = await databases.open('inventory', ['kit/replies.sql']);
  const store = createStockStore(database);
  await store.seed(new URL('../../../fixtures/products.json', import.meta.url).pathname);
  const data = {
    items: [{ productId: 'product-4', quantity: 2 }],
    total: 5,
    paymentMethod: 'card',
    shippingAddressId: 'a',
    placedAt: 1,
  };
  const reserve = command('stock.reserve', data);
  const first = await handling(() => store.reserveCommanded(reserve));
  expect(told(first)).toEqual(['inventory.events stock.reserved', 'order.replies stock.reserved']);
  expect(JSON.parse(first[1]?.data ?? '')).toMatchObject({ requestId: reserve.eventId, total: 5 });
  const again = await handling(() => store.reserveCommanded(reserve));
  expect(told(again)).toEqual(['order.replies stock.reserved']);
  expect(JSON.parse(again[0]?.data ?? '')).toEqual(JSON.parse(first[1]?.data ?? ''));
  expect(await store.available('product-4')).toBe(1_000_000 - 2);

  const release = command('stock.release', { cause: 'payment_failed' as const }, reserve.orderId);
  expect(told(await handling(() => store.releaseCommanded(release)))).toEqual([
    'inventory.events stock.released',
    'order.replies stock.released',
  ]);
  const nothing = command('stock.release', { cause: 'payment_failed' as const });
  expect(told(await handling(() => store.releaseCommanded(nothing)))).toEqual(['order.replies stock.released']);
  expect(await store.available('product-4')).toBe(1_000_000);
});

test("the carrier's decision is kept once and answered again", async () => {
  const store = createShipmentStore(await databases.open('shipping', ['kit/replies.sql']));
  const create = command('shipment.create', { amount: 5, shippingAddressId: 'a' });
  const decide = () =>
    handling(() => store.decideCommanded(create, { is: 'created', shipmentId: 's-1', tracking: 'T-1' }));
  expect(told(await decide())).toEqual(['shipping.events shipment.created', 'order.replies shipment.created']);
  expect(told(await decide())).toEqual(['order.replies shipment.created']);
});

const openPayments = async () =>
  createCommandedStore(await databases.open('payment', ['kit/replies.sql', 'payment/commanded.sql']));
const CHARGE = { total: 500, paymentMethod: 'card', shippingAddressId: 'address-1', placedAt: 1 };

test('a charge is replied to; its refund is replied to when the provider has acknowledged it', async () => {
  const store = await openPayments();
  const charge = command('payment.charge', CHARGE);
  expect(await store.begin(charge)).toEqual({ seen: false, askedBefore: false });
  const { events } = await handling(() => store.decide(charge, { is: 'charged', chargeId: 'c-1' }));
  expect(told(events)).toEqual(['payment.events payment.charged', 'order.replies payment.charged']);
  expect(await store.begin(charge)).toMatchObject({ seen: true });
  expect(told(await handling(() => store.repeated(charge)))).toEqual(['order.replies payment.charged']);

  const refund = command('payment.refund', {}, charge.orderId);
  const asked = await handling(() => store.refund(refund));
  expect(asked).toMatchObject({ undos: [{ kind: 'refund', amount: 500 }], replies: [] });
  expect(await handling(() => store.refund(refund))).toEqual({ undos: [], replies: [] });
  const [undo] = asked.undos;
  if (undo === undefined) throw new Error('there is no refund');
  const done = await handling(() => store.undone(undo));
  expect(told(done)).toEqual(['payment.events payment.refunded', 'order.replies payment.refunded']);
  expect(JSON.parse(done[1]?.data ?? '')).toEqual({ amount: 500, requestId: refund.eventId });
  expect(told((await handling(() => store.refund(refund))).replies)).toEqual(['order.replies payment.refunded']);
});

test('a refund of what was not charged is replied to at once', async () => {
  const store = await openPayments();
  const { undos, replies } = await handling(() => store.refund(command('payment.refund', {})));
  expect(undos).toEqual([]);
  expect(told(replies)).toEqual(['order.replies payment.refunded']);
});

test('a charge that is voided before it comes is never asked for', async () => {
  const store = await openPayments();
  const charge = command('payment.charge', CHARGE);
  const { undos } = await handling(() => store.void(command('payment.void', {}, charge.orderId)));
  expect(undos).toMatchObject([{ kind: 'void' }]);
  expect(await store.begin(charge)).toMatchObject({ seen: true });
  expect(await handling(() => store.repeated(charge))).toEqual([]);
});

test('a charge that was made and a void that is open already end in one void, told to whom it was commanded by', async () => {
  const store = await openPayments();
  const charge = command('payment.charge', CHARGE);
  await store.begin(charge);
  await handling(() => store.decide(charge, { is: 'given-up', reason: 'late', unclear: true }));
  const [undo] = (await handling(() => store.void(command('payment.void', {}, charge.orderId)))).undos;
  if (undo === undefined) throw new Error('there is no void');
  expect((await store.openUndos()).filter(({ orderId }) => orderId === charge.orderId)).toHaveLength(1);
  expect(told(await handling(() => store.undone(undo)))).toEqual([
    'payment.events payment.voided',
    'order.replies payment.voided',
  ]);
  expect(await handling(() => store.undone(undo))).toEqual([]);
});
