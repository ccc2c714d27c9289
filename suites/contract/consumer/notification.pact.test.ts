/** What notification needs of the events that tell how an order ended: whom to write to, and why. */
import { MatchersV3 } from '@pact-foundation/pact';
import { expect, test } from 'vitest';
import { consumerContract } from '../../../harness/contracts/index.ts';
import { readEvent } from '../../../services-under-test/kit/reader.ts';
import { type OrderFinished, READERS, READS } from '../../../services-under-test/notification/events.ts';
import { mailOf, stateOf } from '../../../services-under-test/notification/rules.ts';
import { expectedEvent, ORDER_ID } from './expected.ts';

const { regex, string } = MatchersV3;

const order = consumerContract(import.meta.url, 'notification', 'order');
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
