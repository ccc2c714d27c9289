/** What shipping needs of the carrier, and of the event that an order is paid. */
import { MatchersV3 } from '@pact-foundation/pact';
import { afterEach, expect, test } from 'vitest';
import { consumerContract } from '../../../harness/contracts/index.ts';
import { createHttpClient, type HttpClient } from '../../../services-under-test/kit/http-client.ts';
import { createLog } from '../../../services-under-test/kit/log.ts';
import { readEvent } from '../../../services-under-test/kit/reader.ts';
import { ship } from '../../../services-under-test/shipping/carrier-client.ts';
import { READERS, READS } from '../../../services-under-test/shipping/events.ts';
import { expectedEvent, fromState, ORDER_ID } from './expected.ts';

const { integer, string } = MatchersV3;

const carrier = consumerContract(import.meta.url, 'shipping', 'carrier');
const payment = consumerContract(import.meta.url, 'shipping', 'payment');
const log = createLog('shipping');
const running = new AbortController().signal;
const clients: HttpClient[] = [];

afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
});

function clientOf(url: string): HttpClient {
  const client = createHttpClient(url);
  clients.push(client);
  return client;
}

test('a parcel that the carrier takes has a shipment id and a tracking code', async () => {
  const parcel = { orderId: ORDER_ID, addressId: 'address-1', value: 2599 };

  await carrier
    .http('ship a parcel', 'an order that was not shipped yet')
    .withRequest('POST', '/shipments', (request) =>
      request
        .headers({ 'idempotency-key': fromState(`$\{orderId}`, ORDER_ID) })
        .jsonBody({ ...parcel, orderId: fromState(`$\{orderId}`, ORDER_ID) }),
    )
    .willRespondWith(201, (reply) => reply.jsonBody({ shipmentId: string('s-1'), tracking: string('TRACK-1') }))
    .executeTest(async ({ url }) => {
      const verdict = await ship(clientOf(url), parcel, log, running);
      expect(verdict).toEqual({ is: 'created', shipmentId: 's-1', tracking: 'TRACK-1' });
    });
});

test('a parcel to an address that the carrier does not serve is refused for good, with a reason', async () => {
  const parcel = { orderId: ORDER_ID, addressId: 'address-refused', value: 2599 };

  await carrier
    .http('ship a parcel to an address that is not served', 'an order that was not shipped yet')
    .withRequest('POST', '/shipments', (request) =>
      request
        .headers({ 'idempotency-key': fromState(`$\{orderId}`, ORDER_ID) })
        .jsonBody({ ...parcel, orderId: fromState(`$\{orderId}`, ORDER_ID) }),
    )
    .willRespondWith(422, (reply) =>
      reply.headers({ 'Content-Type': 'application/problem+json' }).jsonBody({ detail: string('not served') }),
    )
    .executeTest(async ({ url }) => {
      const verdict = await ship(clientOf(url), parcel, log, running);
      expect(verdict).toEqual({ is: 'refused', reason: 'not served' });
    });
});

test('an order that is paid says where the parcel goes and what it is worth', () => {
  const data = { amount: integer(2599), shippingAddressId: string('address-1') };
  const expected = expectedEvent('payment.events', 'payment.charged', data);

  return payment.message('payment.charged', 'an order was paid', expected, (record) => {
    expect(READS).toContain(record.topic);
    const event = readEvent(record.headers.type ?? '', record.value, READERS);
    expect(event).toMatchObject({ orderId: ORDER_ID, data: { amount: 2599, shippingAddressId: 'address-1' } });
  });
});
