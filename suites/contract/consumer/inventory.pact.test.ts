/** What inventory needs of the events of order and payment. */
import { MatchersV3 } from '@pact-foundation/pact';
import { expect, test } from 'vitest';
import { consumerContract } from '../../../harness/contracts/index.ts';
import { READERS, READS } from '../../../services-under-test/inventory/events.ts';
import { causeOf, needOf, type Piece } from '../../../services-under-test/inventory/rules.ts';
import { EVENT_HEADERS } from '../../../services-under-test/kit/event.ts';
import { readEvent } from '../../../services-under-test/kit/reader.ts';
import { expectedEvent, ORDER_ID } from './expected.ts';

const { eachLike, integer, string } = MatchersV3;

const order = consumerContract(import.meta.url, 'inventory', 'order');
const payment = consumerContract(import.meta.url, 'inventory', 'payment');

test('an order that was placed says which pieces it needs, and carries what payment will need', () => {
  const data = {
    items: eachLike({ productId: string('product-1'), quantity: integer(2) }),
    total: integer(2500),
    paymentMethod: string('card'),
    shippingAddressId: string('address-1'),
    placedAt: integer(1_700_000_000_000),
  };
  const expected = expectedEvent('order.events', 'order.placed', data);

  return order.message('order.placed', 'an order was placed', expected, (record) => {
    expect(READS).toContain(record.topic);
    const event = readEvent(record.headers[EVENT_HEADERS.type] ?? '', record.value, READERS);
    expect(event.orderId).toBe(ORDER_ID);
    expect(needOf((event.data as { items: Piece[] }).items)).toEqual([{ productId: 'product-1', quantity: 2 }]);
  });
});

test('an order that is completed names itself', () =>
  order.message(
    'order.completed',
    'an order was completed',
    expectedEvent('order.events', 'order.completed', {}),
    (record) => {
      expect(readEvent('order.completed', record.value, READERS).orderId).toBe(ORDER_ID);
    },
  ));

test('a payment that failed gives the stock back', () =>
  payment.message(
    'payment.failed',
    'a payment was declined',
    expectedEvent('payment.events', 'payment.failed', {}),
    (record) => {
      expect(READS).toContain(record.topic);
      const event = readEvent('payment.failed', record.value, READERS);
      expect([event.orderId, causeOf(event.type)]).toEqual([ORDER_ID, 'payment_failed']);
    },
  ));

test('a payment that was refunded gives the stock back', () =>
  payment.message(
    'payment.refunded',
    'a payment was refunded',
    expectedEvent('payment.events', 'payment.refunded', {}),
    (record) => {
      const event = readEvent('payment.refunded', record.value, READERS);
      expect([event.orderId, causeOf(event.type)]).toEqual([ORDER_ID, 'shipment_refused']);
    },
  ));
