/** Events that analytics counts: all of them. It publishes none. */
import { type Fields, nothing, type Readers } from '../kit/reader.ts';

export const READS = ['order.events', 'inventory.events', 'payment.events', 'shipping.events'] as const;

const amount = (data: Fields) => ({ amount: data.whole('amount') });

/** What analytics takes from the events it reads: money where there is any. */
export const READERS = {
  'order.placed': (data) => ({ amount: data.whole('total') }),
  'order.completed': nothing,
  'order.rejected': nothing,
  'order.payment_failed': nothing,
  'order.cancelled': nothing,
  'stock.rejected': nothing,
  'payment.charged': amount,
  'payment.failed': nothing,
  'payment.refunded': amount,
  'shipment.created': nothing,
  'shipment.refused': nothing,
} satisfies Readers;
