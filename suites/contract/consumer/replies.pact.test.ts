/** What the order service needs of the replies to its commands: to which request each is, and what became of it. */
import { MatchersV3 } from '@pact-foundation/pact';
import { expect, test } from 'vitest';
import { consumerContract } from '../../../harness/contracts/index.ts';
import { readEvent } from '../../../services-under-test/kit/reader.ts';
import { onReply, type Saga } from '../../../services-under-test/order/saga.ts';
import { REPLIES, REPLY_READERS, type SagaReply } from '../../../services-under-test/order/saga-commands.ts';
import { expectedEvent, ORDER_ID } from './expected.ts';

const { string, uuid } = MatchersV3;

const REQUEST = '5c0b4b52-2f0a-4f6e-9d53-6d6d2c3f1b11';
const PROVIDERS = {
  inventory: consumerContract(import.meta.url, 'order', 'inventory'),
  payment: consumerContract(import.meta.url, 'order', 'payment'),
  shipping: consumerContract(import.meta.url, 'order', 'shipping'),
};
const failure = { state: 'cancelled', reason: 'refused', cause: 'shipment_refused' } as const;

/** Provider, reply, state of the provider, what is needed beside the request, the step in which it comes, and the step after it. */
const CASES: readonly (readonly [keyof typeof PROVIDERS, string, string, object, Saga, string])[] = [
  ['inventory', 'stock.reserved', 'stock was reserved for an order', {}, { step: 'reserving', tries: 0 }, 'charging'],
  [
    ...(['inventory', 'stock.rejected', 'an order asked for more than there is'] as const),
    ...([{ reason: string('out of stock') }, { step: 'reserving', tries: 0 }, 'ended'] as const),
  ],
  ['inventory', 'stock.released', 'a payment was declined', {}, { step: 'releasing', tries: 0, failure }, 'ended'],
  [
    ...(['payment', 'payment.charged', 'an order was paid'] as const),
    ...([{ chargeId: string('c-1') }, { step: 'charging', tries: 0 }, 'shipping'] as const),
  ],
  [
    ...(['payment', 'payment.failed', 'a payment was declined'] as const),
    ...([{ reason: string('declined') }, { step: 'charging', tries: 0 }, 'releasing'] as const),
  ],
  [
    ...(['payment', 'payment.voided', 'the charge of an order was given up', {}] as const),
    ...([{ step: 'voiding', tries: 0, failure }, 'releasing'] as const),
  ],
  ['payment', 'payment.refunded', 'a payment was refunded', {}, { step: 'refunding', tries: 0, failure }, 'releasing'],
  [
    ...(['shipping', 'shipment.created', 'an order was shipped'] as const),
    ...([{ tracking: string('TRACK-1') }, { step: 'shipping', tries: 0 }, 'ended'] as const),
  ],
  [
    ...(['shipping', 'shipment.refused', 'a shipment was refused'] as const),
    ...([{ reason: string('not served') }, { step: 'shipping', tries: 0 }, 'refunding'] as const),
  ],
];

test.each(CASES)('%s replies %s where %s: the saga goes on', (provider, type, given, needs, saga, next) => {
  const expected = expectedEvent(REPLIES, type, { ...needs, requestId: uuid(REQUEST) });
  return PROVIDERS[provider].message(`reply ${type}`, given, expected, ({ topic, headers, value }) => {
    expect(topic).toBe(REPLIES);
    const reply = readEvent(headers.type ?? '', value, REPLY_READERS);
    const data = reply.data as SagaReply;
    expect([reply.orderId, data.requestId]).toEqual([ORDER_ID, REQUEST]);
    expect(onReply(saga, reply.type, data)?.saga.step).toBe(next);
  });
});
