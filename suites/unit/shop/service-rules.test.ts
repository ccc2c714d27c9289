/** Rules of inventory, shipping and notification. */
import { expect, test } from 'vitest';
import { stepsBy } from '../../../services-under-test/carrier/rules.ts';
import { causeOf, needOf } from '../../../services-under-test/inventory/rules.ts';
import { channelOf, mailOf, stateOf } from '../../../services-under-test/notification/rules.ts';
import { stepsOf, verdictOf } from '../../../services-under-test/shipping/rules.ts';

test('an order that names a product twice needs the sum of it', () => {
  const items = [
    { productId: 'a', quantity: 1 },
    { productId: 'b', quantity: 2 },
    { productId: 'a', quantity: 3 },
  ];
  expect(needOf(items)).toEqual([
    { productId: 'a', quantity: 4 },
    { productId: 'b', quantity: 2 },
  ]);
});

test('stock comes back because the payment failed or because the shipment was refused', () => {
  expect(causeOf('payment.failed')).toBe('payment_failed');
  expect(causeOf('payment.refunded')).toBe('shipment_refused');
});

test('the carrier has decided with 201 and 422, with nothing else', () => {
  expect(verdictOf(201, { shipmentId: 's', tracking: 't' })).toEqual({ is: 'created', shipmentId: 's', tracking: 't' });
  expect(verdictOf(422, { detail: 'not served' })).toEqual({ is: 'refused', reason: 'not served' });
  expect(verdictOf(422, undefined)).toEqual({ is: 'refused', reason: 'refused by the carrier' });
  expect(verdictOf(201, {})).toBeUndefined();
  expect(verdictOf(500, {})).toBeUndefined();
  expect(verdictOf(404, {})).toBeUndefined();
});

test('a mail says how the order ended, under the same message id every time', () => {
  const mail = mailOf('0123456789', stateOf('order.rejected'), 'user-1@customers.example', 'out of stock');
  expect(mail).toMatchObject({ to: 'user-1@customers.example', messageId: '<0123456789.rejected@shop.example>' });
  expect(mail.text).toContain('could not be accepted. (out of stock)');
  expect(mailOf('0123456789', 'completed', 'x@y').text).toContain('on its way');
});

test('a parcel takes its steps one after the other', () => {
  expect(stepsBy(1_000, 1_000)).toEqual([{ status: 'accepted', at: 1_000 }]);
  expect(stepsBy(6_000, 1_000).map(({ status }) => status)).toEqual(['accepted', 'on its way', 'delivered']);
});

test("the steps of a parcel's way are told in order, and what is none is left out", () => {
  const steps = [{ status: 'delivered', at: 9 }, { status: 'accepted', at: 1, depot: 'x' }, { status: 7 }, null];
  expect(stepsOf(200, { steps })).toEqual([
    { status: 'accepted', at: 1 },
    { status: 'delivered', at: 9 },
  ]);
  expect(stepsOf(404, { steps })).toEqual([]);
  expect(stepsOf(200, undefined)).toEqual([]);
});

test('a customer is told over one channel: push before short message before mail', () => {
  expect(channelOf(undefined)).toBe('email');
  expect(channelOf({ phone: null, sms: true, push: false })).toBe('email');
  expect(channelOf({ phone: '+49', sms: true, push: false })).toBe('sms');
  expect(channelOf({ phone: '+49', sms: true, push: true })).toBe('push');
});
