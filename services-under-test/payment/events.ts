/** Events of the payment service: what it publishes on `payment.events`, and what it reads of others. */
import { nothing, type Readers } from '../kit/reader.ts';

export const PAYMENT_TOPIC = 'payment.events';
export const READS = ['inventory.events', 'shipping.events'] as const;

/** `stock.reserved` */
export interface StockReserved {
  readonly total: number;
  readonly paymentMethod: string;
  readonly shippingAddressId: string;
  readonly placedAt: number;
  readonly userId?: string;
}

/** `payment.charged` */
export interface PaymentCharged {
  readonly amount: number;
  readonly chargeId: string;
  readonly shippingAddressId: string;
}

/** `payment.failed` */
export interface PaymentFailed {
  readonly reason: string;
}

/** `payment.refunded` */
export interface PaymentRefunded {
  readonly amount: number;
}

/** What payment takes from the events it reads. */
export const READERS = {
  'stock.reserved': (data): StockReserved => ({
    total: data.whole('total'),
    paymentMethod: data.text('paymentMethod'),
    shippingAddressId: data.text('shippingAddressId'),
    placedAt: data.whole('placedAt'),
    userId: data.optionalText('userId'),
  }),
  'shipment.refused': nothing,
} satisfies Readers;
