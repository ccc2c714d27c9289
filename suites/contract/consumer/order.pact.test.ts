/** What order needs of the events of inventory and shipping: each of them ends an order. */
import { MatchersV3 } from '@pact-foundation/pact';
import { expect, test } from 'vitest';
import { consumerContract, type ExampleRecord } from '../../../harness/contracts/index.ts';
import { readEvent } from '../../../services-under-test/kit/reader.ts';
import { READERS, READS } from '../../../services-under-test/order/events.ts';
import { type Ending, endingOf } from '../../../services-under-test/order/rules.ts';
import { expectedEvent, ORDER_ID } from './expected.ts';

const inventory = consumerContract(import.meta.url, 'order', 'inventory');
const shipping = consumerContract(import.meta.url, 'order', 'shipping');

/** How the record ends the order, by the service's own reader and rules. */
function endingBy({ topic, headers, value }: ExampleRecord): Ending | undefined {
  expect(READS).toContain(topic);
  const event = readEvent(headers.type ?? '', value, READERS);
  expect(event.orderId).toBe(ORDER_ID);
  return endingOf(event.type, event.data as { cause?: string; reason?: string });
}

test('stock that is refused rejects the order, with the reason', () => {
  const data = { reason: MatchersV3.string('out of stock') };
  const expected = expectedEvent('inventory.events', 'stock.rejected', data);

  return inventory.message('stock.rejected', 'an order asked for more than there is', expected, (record) => {
    expect(endingBy(record)).toEqual({ state: 'rejected', reason: 'out of stock' });
  });
});

test('stock that is released because the payment failed ends the order as payment_failed', () => {
  const expected = expectedEvent('inventory.events', 'stock.released', { cause: 'payment_failed' });

  return inventory.message('stock.released', 'a payment was declined', expected, (record) => {
    expect(endingBy(record)?.state).toBe('payment_failed');
  });
});

test('stock that is released because the shipment was refused cancels the order', () => {
  const expected = expectedEvent('inventory.events', 'stock.released', { cause: 'shipment_refused' });

  return inventory.message('stock.released', 'a shipment was refused', expected, (record) => {
    expect(endingBy(record)?.state).toBe('cancelled');
  });
});

test('a shipment completes the order', () => {
  const expected = expectedEvent('shipping.events', 'shipment.created', {});

  return shipping.message('shipment.created', 'an order was shipped', expected, (record) => {
    expect(endingBy(record)).toEqual({ state: 'completed' });
  });
});
