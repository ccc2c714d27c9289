/** The outside world: the payment service provider, the carrier and the mailbox keep honest books. */
import { expect, test } from 'vitest';
import { createCarrier } from '../../../services-under-test/carrier/rules.ts';
import { createLedger, showBooks } from '../../../services-under-test/kit/ledger.ts';
import { createMailbox } from '../../../services-under-test/mail-sink/mailbox.ts';
import { createPsp } from '../../../services-under-test/psp/rules.ts';

const CHARGE = { orderId: 'o-1', amount: 500, method: 'card' };

function psp() {
  const ledger = createLedger();
  let ids = 0;
  return { ledger, psp: createPsp(ledger, () => `id-${++ids}`), kinds: () => ledger.entries().map(({ kind }) => kind) };
}

test('a charge repeated under its key is one charge with the first answer', () => {
  const { psp: provider, kinds } = psp();
  const first = provider.charge('k', CHARGE);
  expect(first).toEqual({ status: 201, body: { chargeId: 'id-1', status: 'charged', amount: 500 } });
  expect(provider.charge('k', { ...CHARGE, amount: 900 })).toEqual(first);
  expect(kinds()).toEqual(['charged']);
  provider.charge('another key', CHARGE);
  expect(kinds()).toEqual(['charged', 'charged']);
});

test('a declined card is told so every time and charged never', () => {
  const { psp: provider, kinds } = psp();
  for (let i = 0; i < 2; i++) expect(provider.charge('k', { ...CHARGE, method: 'card-declined' }).status).toBe(402);
  expect(kinds()).toEqual([]);
});

test('a refund is given once, and never more than was charged', () => {
  const { psp: provider, kinds } = psp();
  expect(provider.refund('r', { orderId: 'o-1', amount: 500 }).status).toBe(422);
  provider.charge('k', CHARGE);
  const refund = provider.refund('r', { orderId: 'o-1', amount: 500 });
  expect(refund.status).toBe(201);
  expect(provider.refund('r', { orderId: 'o-1', amount: 500 })).toEqual(refund);
  expect(provider.refund('r-2', { orderId: 'o-1', amount: 500 }).status).toBe(422);
  expect(kinds()).toEqual(['charged', 'refunded']);
});

test('a void gives back what was charged under the key, once, and closes the key', () => {
  const { psp: provider, kinds } = psp();
  provider.charge('k', CHARGE);
  expect(provider.void('k')).toMatchObject({ status: 200, body: { status: 'refunded' } });
  expect(provider.void('k')).toMatchObject({ status: 200, body: { status: 'refunded' } });
  expect(provider.charge('k', CHARGE).status).toBe(409);
  expect(kinds()).toEqual(['charged', 'voided']);
});

test('a void that comes before its charge closes the key for ever', () => {
  const { psp: provider, kinds } = psp();
  expect(provider.void('k')).toMatchObject({ status: 200, body: { status: 'closed' } });
  expect(provider.charge('k', CHARGE).status).toBe(409);
  expect(kinds()).toEqual([]);
});

test('the carrier ships once per key and refuses what it does not serve', () => {
  const ledger = createLedger();
  const ship = createCarrier(ledger, () => 'abcdef0123');
  const parcel = { orderId: 'o-1', addressId: 'address-1', value: 500 };
  const first = ship('k', parcel);
  expect(first).toEqual({ status: 201, body: { shipmentId: 'abcdef0123', tracking: 'TRACK-ABCDEF01' } });
  expect(ship('k', parcel)).toEqual(first);
  expect(ship('k-2', { ...parcel, addressId: 'address-refused-1' }).status).toBe(422);
  expect(ledger.entries()).toMatchObject([{ entity: 'o-1', kind: 'shipped', key: 'k', amount: 500 }]);
});

function mail(...more: string[]): Buffer {
  const head = ['Message-ID: <o-1.completed@shop.example>', 'X-Order-Id: o-1', 'X-Order-State: completed', ...more];
  return Buffer.from(`${head.join('\r\n')}\r\n\r\nhello\r\n`);
}

test('every mail counts, but one that says it may be a repetition and is one', async () => {
  const ledger = createLedger();
  const mailbox = createMailbox(ledger);
  await mailbox.deliver(mail('X-Possible-Duplicate: yes'));
  await mailbox.deliver(mail('X-Possible-Duplicate: yes'));
  expect(ledger.entries()).toMatchObject([{ entity: 'o-1', kind: 'message', key: 'completed', amount: 1 }]);
  await mailbox.deliver(mail());
  expect(ledger.entries()).toHaveLength(2);
});

test('books are shown from a moment on to whoever asks so, and by what they are about', () => {
  const ledger = createLedger();
  ledger.add({ entity: 'o-1', kind: 'charged', key: 'k', amount: 5 });
  const [{ at = 0 } = {}] = ledger.entries();
  const shown = (query: string) =>
    showBooks(ledger)({ headers: {}, body: {}, query: new URLSearchParams(query) }).body as unknown[];
  expect(shown('')).toHaveLength(1);
  expect(shown(`since=${Math.floor(at)}`)).toHaveLength(1);
  expect(shown(`since=${at + 1}`)).toEqual([]);
  expect(ledger.of('o-1')).toHaveLength(1);
  expect(ledger.of('o-2')).toEqual([]);
});
