/** What those who only follow need of events: the order history, analytics, and notification of what users prefer. */
import { MatchersV3 } from '@pact-foundation/pact';
import { expect, test } from 'vitest';
import { consumerContract } from '../../../harness/contracts/index.ts';
import * as analytics from '../../../services-under-test/analytics/events.ts';
import { type Readers, readEvent } from '../../../services-under-test/kit/reader.ts';
import { CONTACT_READERS, CONTACT_TOPIC } from '../../../services-under-test/notification/contacts.ts';
import { type Contact, channelOf } from '../../../services-under-test/notification/rules.ts';
import * as history from '../../../services-under-test/order-history/events.ts';
import { changeOf } from '../../../services-under-test/order-history/rules.ts';
import { expectedEvent, ORDER_ID } from './expected.ts';

const { boolean, eachLike, integer, string } = MatchersV3;

type Provider = 'order' | 'inventory' | 'payment' | 'shipping';
const PROVIDERS: readonly Provider[] = ['order', 'inventory', 'payment', 'shipping'];
const contractsOf = (consumer: string) =>
  Object.fromEntries(
    PROVIDERS.map((provider) => [provider, consumerContract(import.meta.url, consumer, provider)]),
  ) as Record<Provider, ReturnType<typeof consumerContract>>;

const line = { productId: string('product-1'), quantity: integer(2), price: integer(1_250) };
const placed = {
  ...{ userId: string('user-1'), items: eachLike(line), total: integer(2_500), placedAt: integer(1_700_000_000_000) },
  ...{ shippingAddressId: string('address-1'), paymentMethod: string('card') },
};
const amount = { amount: integer(2_500) };
const reason = { reason: string('declined') };

/** Provider, event, state of the provider, and what each of the two needs of it; null: it does not read it. */
const EVENTS: readonly (readonly [Provider, string, string, object | null, object | null])[] = [
  ['order', 'order.placed', 'an order was placed', placed, { total: integer(2_500) }],
  ['order', 'order.completed', 'an order was completed', {}, {}],
  ['order', 'order.rejected', 'an order was rejected', { reason: string('out of stock') }, {}],
  ['order', 'order.payment_failed', 'the payment of an order failed', reason, {}],
  ['order', 'order.cancelled', 'an order was cancelled', reason, {}],
  ['inventory', 'stock.reserved', 'stock was reserved for an order', {}, null],
  ['inventory', 'stock.rejected', 'an order asked for more than there is', { reason: string('out of stock') }, {}],
  ['inventory', 'stock.released', 'a payment was declined', {}, null],
  ['payment', 'payment.charged', 'an order was paid', amount, amount],
  ['payment', 'payment.failed', 'a payment was declined', reason, {}],
  ['payment', 'payment.refunded', 'a payment was refunded', amount, amount],
  ['payment', 'payment.voided', 'the charge of an order was given up', {}, null],
  ['shipping', 'shipment.created', 'an order was shipped', { tracking: string('TRACK-1') }, {}],
  ['shipping', 'shipment.refused', 'a shipment was refused', reason, {}],
];

const ofHistory = contractsOf('order-history');
const ofAnalytics = contractsOf('analytics');

test.each(EVENTS.flatMap(([provider, type, given, needs]) => (needs ? [[provider, type, given, needs] as const] : [])))(
  'the order history takes from %s what it shows of %s (%s)',
  (provider, type, given, needs) =>
    ofHistory[provider].message(type, given, expectedEvent(`${provider}.events`, type, needs as never), (record) => {
      expect(history.READS).toContain(record.topic);
      const event = readEvent(record.headers.type ?? '', record.value, history.READERS as Readers);
      const { data } = changeOf(event as never);
      expect(event.orderId).toBe(ORDER_ID);
      if (type !== 'order.placed') expect(data.status).toBe(type.slice(type.indexOf('.') + 1));
    }),
);

test.each(
  EVENTS.flatMap(([provider, type, given, , needs]) => (needs ? [[provider, type, given, needs] as const] : [])),
)('analytics counts what %s tells by %s (%s)', (provider, type, given, needs) =>
  ofAnalytics[provider].message(type, given, expectedEvent(`${provider}.events`, type, needs as never), (record) => {
    expect(analytics.READS).toContain(record.topic);
    const { data } = readEvent(record.headers.type ?? '', record.value, analytics.READERS as Readers);
    if ('amount' in needs || 'total' in needs) expect(data).toEqual({ amount: 2_500 });
  }),
);

const user = consumerContract(import.meta.url, 'notification', 'user');

test.each([
  ['user.created', 'somebody has an account'],
  ['user.changed', 'somebody has changed what they prefer'],
])('by %s somebody says how they want to hear of orders', (type, given) => {
  const preferences = { sms: boolean(false), push: boolean(true) };
  return user.message(type, given, expectedEvent(CONTACT_TOPIC, type, { preferences }), ({ headers, value }) => {
    const { data } = readEvent(headers.type ?? '', value, CONTACT_READERS);
    expect(channelOf(data as Contact)).toBe('push');
  });
});
