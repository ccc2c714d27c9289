/** Events of the shipping service: what it publishes on `shipping.events`, and what it reads of others. */
import type { Readers } from '../kit/reader.ts';

export const SHIPPING_TOPIC = 'shipping.events';
export const READS = ['payment.events'] as const;

/** `payment.charged`, as far as shipping needs it. */
export interface PaymentCharged {
  readonly amount: number;
  readonly shippingAddressId: string;
}

/** `shipment.created` */
export interface ShipmentCreated {
  readonly shipmentId: string;
  readonly tracking: string;
}

/** `shipment.refused` */
export interface ShipmentRefused {
  readonly reason: string;
}

/** What shipping takes from the events it reads. */
export const READERS = {
  'payment.charged': (data): PaymentCharged => ({
    amount: data.whole('amount'),
    shippingAddressId: data.text('shippingAddressId'),
  }),
} satisfies Readers;
