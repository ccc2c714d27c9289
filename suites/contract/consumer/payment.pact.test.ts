/** What payment needs of the payment service provider, and of the events that make it charge and refund. */
import { MatchersV3 } from '@pact-foundation/pact';
import { afterEach, expect, test } from 'vitest';
import { consumerContract } from '../../../harness/contracts/index.ts';
import { createBreaker } from '../../../services-under-test/kit/breaker.ts';
import { createHttpClient, type HttpClient } from '../../../services-under-test/kit/http-client.ts';
import { createLog } from '../../../services-under-test/kit/log.ts';
import { readEvent } from '../../../services-under-test/kit/reader.ts';
import { nowMs } from '../../../services-under-test/kit/time.ts';
import { charge } from '../../../services-under-test/payment/charge.ts';
import { READERS, READS, type StockReserved } from '../../../services-under-test/payment/events.ts';
import { PAYMENT_TO_PSP } from '../../../services-under-test/payment/promises.ts';
import { createPspClient, type PspClient } from '../../../services-under-test/payment/psp-client.ts';
import { callOf } from '../../../services-under-test/payment/undo.ts';
import { expectedEvent, fromState, ORDER_ID } from './expected.ts';

const { string, integer } = MatchersV3;

const psp = consumerContract(import.meta.url, 'payment', 'psp');
const inventory = consumerContract(import.meta.url, 'payment', 'inventory');
const shipping = consumerContract(import.meta.url, 'payment', 'shipping');
const log = createLog('payment');
const clients: HttpClient[] = [];

afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
});

/** Payment's own client, as its `main` makes it. */
function clientOf(url: string): PspClient {
  const http = createHttpClient(url);
  clients.push(http);
  return createPspClient(http, createBreaker({ edge: 'payment->psp', ...PAYMENT_TO_PSP.breaker, log }), log);
}

/** The event that makes payment charge. */
function reserved(paymentMethod: string) {
  const data = { total: 2599, paymentMethod, shippingAddressId: 'address-1', placedAt: nowMs() };
  return { eventId: 'e-1', type: 'stock.reserved', orderId: ORDER_ID, at: nowMs(), data };
}

const anOrder = fromState(`$\{orderId}`, ORDER_ID);

function chargeRequest(method: string) {
  return { orderId: anOrder, amount: 2599, currency: 'EUR', method };
}

test('an accepted charge has a charge id', async () => {
  await psp
    .http('charge an order', 'an order that was not charged yet')
    .withRequest('POST', '/charges', (request) =>
      request.headers({ 'idempotency-key': anOrder }).jsonBody(chargeRequest('card')),
    )
    .willRespondWith(201, (reply) =>
      reply.jsonBody({ chargeId: string('c-1'), status: 'charged', amount: integer(2599) }),
    )
    .executeTest(async ({ url }) => {
      const outcome = await charge(clientOf(url), reserved('card'), false, { charges: 0 });
      expect(outcome).toEqual({ is: 'charged', chargeId: 'c-1' });
    });
});

test('a declined charge is a definite answer', async () => {
  await psp
    .http('charge a card that is declined', 'an order that was not charged yet')
    .withRequest('POST', '/charges', (request) =>
      request.headers({ 'idempotency-key': anOrder }).jsonBody(chargeRequest('card-declined')),
    )
    .willRespondWith(402)
    .executeTest(async ({ url }) => {
      const outcome = await charge(clientOf(url), reserved('card-declined'), false, { charges: 0 });
      expect(outcome).toEqual({ is: 'failed', reason: 'declined' });
    });
});

test('a charge under a key that was voided is refused, so a late repetition charges nobody', async () => {
  await psp
    .http('charge an order whose key is closed', 'an order whose charge was voided')
    .withRequest('POST', '/charges', (request) =>
      request.headers({ 'idempotency-key': anOrder }).jsonBody(chargeRequest('card')),
    )
    .willRespondWith(409)
    .executeTest(async ({ url }) => {
      const outcome = await charge(clientOf(url), reserved('card'), false, { charges: 0 });
      expect(outcome.is).toBe('failed');
    });
});

test('a charge is given back by a refund of its own key', async () => {
  const call = callOf({ kind: 'refund', orderId: ORDER_ID, amount: 2599 });

  await psp
    .http('refund an order', { name: 'an order was charged', params: { amount: 2599 } })
    .withRequest('POST', '/refunds', (request) =>
      request
        .headers({ 'idempotency-key': fromState(`refund-$\{orderId}`, call.key) })
        .jsonBody({ orderId: anOrder, amount: 2599 }),
    )
    .willRespondWith(201)
    .executeTest(async ({ url }) => expect((await clientOf(url).attempt(call)).status).toBe(201));
});

test.for([
  ['void a charge whose answer never came', { name: 'an order was charged', params: { amount: 2599 } }],
  ['void a key that was never charged', { name: 'an order that was not charged yet' }],
] as const)('the provider acknowledges: %s', async ([description, given]) => {
  const call = callOf({ kind: 'void', orderId: ORDER_ID, amount: 2599 });

  await psp
    .http(description, given)
    .withRequest('POST', '/voids', (request) =>
      request.headers({ 'idempotency-key': fromState(`void-$\{orderId}`, call.key) }).jsonBody({ key: anOrder }),
    )
    .willRespondWith(200)
    .executeTest(async ({ url }) => expect((await clientOf(url).attempt(call)).status).toBe(200));
});

test('stock that is reserved says what to charge, how, and since when the order waits', () => {
  const data = {
    total: integer(2599),
    paymentMethod: string('card'),
    shippingAddressId: string('address-1'),
    placedAt: integer(1_700_000_000_000),
  };
  const expected = expectedEvent('inventory.events', 'stock.reserved', data);

  return inventory.message('stock.reserved', 'stock was reserved for an order', expected, (record) => {
    expect(READS).toContain(record.topic);
    const event = readEvent(record.headers.type ?? '', record.value, READERS);
    const wanted: StockReserved = {
      total: 2599,
      paymentMethod: 'card',
      shippingAddressId: 'address-1',
      placedAt: 1_700_000_000_000,
    };
    expect(event).toMatchObject({ orderId: ORDER_ID, data: wanted });
  });
});

test('a shipment that is refused names the order whose charge is to be given back', () => {
  const expected = expectedEvent('shipping.events', 'shipment.refused', {});

  return shipping.message('shipment.refused', 'a shipment was refused', expected, (record) => {
    expect(READS).toContain(record.topic);
    expect(readEvent(record.headers.type ?? '', record.value, READERS).orderId).toBe(ORDER_ID);
  });
});
