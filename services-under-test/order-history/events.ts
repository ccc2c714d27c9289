/** Events the order history reads: every one there is about an order. It publishes none. */
import { type Fields, nothing, type Readers } from '../kit/reader.ts';

export const READS = ['order.events', 'inventory.events', 'payment.events', 'shipping.events'] as const;

/** A line of an order as its customer knows it. */
export interface Line {
  readonly productId: string;
  readonly quantity: number;
  readonly price: number;
}

const because = (data: Fields) => ({ reason: data.optionalText('reason') });
const amount = (data: Fields) => ({ amount: data.whole('amount') });

/** What the history takes from the events it reads. */
export const READERS = {
  'order.placed': (data) => ({
    userId: data.text('userId'),
    lines: data.list(
      'items',
      (item): Line => ({
        productId: item.text('productId'),
        quantity: item.whole('quantity'),
        price: item.whole('price'),
      }),
    ),
    total: data.whole('total'),
    shippingAddressId: data.text('shippingAddressId'),
    paymentMethod: data.text('paymentMethod'),
    placedAt: data.whole('placedAt'),
  }),
  'order.completed': because,
  'order.rejected': because,
  'order.payment_failed': because,
  'order.cancelled': because,
  'stock.reserved': nothing,
  'stock.rejected': because,
  'stock.released': nothing,
  'payment.charged': amount,
  'payment.failed': because,
  'payment.refunded': amount,
  'payment.voided': nothing,
  'shipment.created': (data) => ({ tracking: data.text('tracking') }),
  'shipment.refused': because,
} satisfies Readers;
