/** What notification needs of the events that tell how an order ended: whom to write to, and why. */
import { MatchersV3 } from '@pact-foundation/pact';
import { expect, test } from 'vitest';
import { consumerContract } from '../../../harness/contracts/index.ts';
import { readEvent } from '../../../services-under-test/kit/reader.ts';
import { type OrderFinished, READERS, READS } from '../../../services-under-test/notification/events.ts';
import { createMessenger } from '../../../services-under-test/notification/messenger.ts';
import { mailOf, stateOf } from '../../../services-under-test/notification/rules.ts';
import { expectedEvent, fromState, ORDER_ID } from './expected.ts';

const { regex, string } = MatchersV3;

const order = consumerContract(import.meta.url, 'notification', 'order');
const messages = consumerContract(import.meta.url, 'notification', 'messages');
const email = regex('^[^@\\s]+@[^@\\s]+$', 'customer@customers.example');

test.for([
  ['order.completed', 'an order was completed', undefined],
  ['order.rejected', 'an order was rejected', 'out of stock'],
  ['order.payment_failed', 'the payment of an order failed', 'the payment failed'],
  ['order.cancelled', 'an order was cancelled', 'the shipment was refused'],
] as const)('%s says whom to write to, and why where there is a reason', ([type, state, reason]) => {
  const data = { email, ...(reason === undefined ? {} : { reason: string(reason) }) };

  return order.message(type, state, expectedEvent('order.events', type, data), (record) => {
    expect(READS).toContain(record.topic);
    const event = readEvent(record.headers.type ?? '', record.value, READERS);
    const { email: to, reason: because } = event.data as OrderFinished;
    const mail = mailOf(event.orderId, stateOf(event.type), to, because);
    expect(mail.to).toBe('customer@customers.example');
    expect(mail.messageId).toBe(`<${ORDER_ID}.${type.slice('order.'.length)}@shop.example>`);
    expect(mail.text).toContain(reason ?? 'on its way');
  });
});

test.for(['sms', 'push'] as const)(
  'a message over %s is taken once per key, about which order and which end',
  async (channel) => {
    const about = { orderId: ORDER_ID, state: 'completed' };
    const mail = mailOf(ORDER_ID, 'completed', '+49 30 1234567');
    const anOrder = fromState(`$\{orderId}`, ORDER_ID);

    await messages
      .http(`send a message over ${channel}`, 'an order of whose end nobody was told')
      .withRequest('POST', `/${channel}`, (request) =>
        request
          .headers({ 'idempotency-key': fromState(`<$\{orderId}.completed@shop.example>`, mail.messageId) })
          .jsonBody({ to: mail.to, text: mail.text, ...about, orderId: anOrder }),
      )
      .willRespondWith(202)
      .executeTest(async ({ url }) => {
        const messenger = createMessenger(url);
        try {
          await messenger.send(channel, mail, about);
        } finally {
          await messenger.close();
        }
      });
  },
);
