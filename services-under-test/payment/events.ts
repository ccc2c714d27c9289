/** Events of the payment service: what it publishes on `payment.events`, and what it reads of others. */

export const PAYMENT_TOPIC = 'payment.events';
export const READS = ['inventory.events', 'shipping.events'] as const;

/** `stock.reserved` */
export interface StockReserved {
  readonly total: number;
  readonly paymentMethod: string;
  readonly shippingAddressId: string;
  readonly placedAt: number;
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
