/** Wallets on a real Postgres: no money is spent twice or given back twice, and every charge has its invoice. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { childSpan, inContext } from '../../../services-under-test/kit/context.ts';
import type { Database } from '../../../services-under-test/kit/database.ts';
import type { OutboxRow } from '../../../services-under-test/kit/outbox.ts';
import { createCommandedStore } from '../../../services-under-test/payment/commanded-store.ts';
import { createWallets, type Wallets } from '../../../services-under-test/payment/wallet.ts';
import { bootDatabases, type Databases } from './databases.ts';

let databases: Databases;
let database: Database;
let wallets: Wallets;
beforeAll(async () => {
  databases = await bootDatabases();
  const more = ['kit/replies.sql', 'payment/commanded.sql', 'payment/wallet.sql', 'payment/invoices.sql'];
  database = await databases.open('payment', more);
  wallets = createWallets(database, true);
}, 60_000);
afterAll(() => databases.close(), 20_000);

function handling<T>(work: () => T): T {
  return inContext({ traceparent: childSpan(undefined), correlationId: 'corr-1' }, work);
}

function charge(userId: string, total: number, orderId: string = randomUUID()) {
  const data = {
    total,
    userId,
    paymentMethod: 'wallet',
    shippingAddressId: 'a',
    placedAt: 1,
    replyTo: 'order.replies',
  };
  return { eventId: randomUUID(), type: 'payment.charge', orderId, at: 1, data };
}

function told(rows: readonly OutboxRow[]) {
  return rows.map(({ topic, type }) => `${topic} ${type}`);
}

async function papersOf(orderId: string) {
  const text = 'select kind, amount from invoices where order_id = $1::uuid order by number';
  return database.run({ name: 'papers', text }, [orderId]);
}

test('a voucher adds once, however often it is handed in', async () => {
  await Promise.all([1, 2, 3].map(() => wallets.credit('rich', 'voucher-1', 500)));
  expect(await wallets.balance('rich')).toBe(500);
  expect(await wallets.balance('nobody')).toBe(0);
});

test('of orders that come at once only as many are paid as the wallet holds', async () => {
  await wallets.credit('thrifty', 'voucher-2', 250);
  const orders = Array.from({ length: 6 }, () => charge('thrifty', 100));
  const rows = (await Promise.all(orders.map((order) => handling(() => wallets.charge(order))))).flat();
  expect(told(rows).filter((row) => row === 'payment.events payment.charged')).toHaveLength(2);
  expect(told(rows).filter((row) => row === 'order.replies payment.failed')).toHaveLength(4);
  expect(await wallets.balance('thrifty')).toBe(50);
});

test('a charge that comes twice takes the money once, and has one invoice', async () => {
  await wallets.credit('twice', 'voucher-3', 300);
  const order = charge('twice', 100);
  const rows = (await Promise.all([1, 2, 3].map(() => handling(() => wallets.charge(order))))).flat();
  expect(told(rows)).toEqual(['payment.events payment.charged', 'order.replies payment.charged']);
  expect(await wallets.balance('twice')).toBe(200);
  expect(await papersOf(order.orderId)).toEqual([{ kind: 'invoice', amount: 100 }]);
});

test('a refund gives the money back once, with a credit note and a reply', async () => {
  await wallets.credit('back', 'voucher-4', 100);
  const order = charge('back', 100);
  await handling(() => wallets.charge(order));
  const store = createCommandedStore(database);
  const command = { ...order, eventId: randomUUID(), type: 'payment.refund', data: { replyTo: 'order.replies' } };
  const [undo] = (await handling(() => store.refund(command))).undos;
  if (undo === undefined) throw new Error('there is no refund');
  const rows = (await Promise.all([1, 2].map(() => handling(() => wallets.undo(undo))))).flat();
  expect(told(rows)).toEqual(['payment.events payment.refunded', 'order.replies payment.refunded']);
  expect(await wallets.balance('back')).toBe(100);
  expect(await papersOf(order.orderId)).toMatchObject([{ kind: 'invoice' }, { kind: 'credit-note', amount: 100 }]);
});

test('an order that was voided before its charge came is not charged', async () => {
  await wallets.credit('early', 'voucher-5', 100);
  const order = charge('early', 100);
  const command = { ...order, eventId: randomUUID(), type: 'payment.void', data: { replyTo: 'order.replies' } };
  await handling(() => createCommandedStore(database).void(command));
  expect(await handling(() => wallets.charge(order))).toEqual([]);
  expect(await wallets.balance('early')).toBe(100);
});

test('what was paid by card is not for the wallet to undo', async () => {
  const undo = {
    orderId: randomUUID(),
    kind: 'refund',
    amount: 5,
    traceparent: childSpan(undefined),
    correlationId: 'c',
  };
  expect(await handling(() => wallets.undo({ ...undo, kind: 'refund' }))).toEqual([]);
});
