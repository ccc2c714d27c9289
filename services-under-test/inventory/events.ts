/** Events of the inventory service: what it publishes on `inventory.events`, and what it reads of others. */
import { nothing, type Readers } from '../kit/reader.ts';
import type { Piece } from './rules.ts';

export const INVENTORY_TOPIC = 'inventory.events';
export const READS = ['order.events', 'payment.events'] as const;

/** `order.placed`, as far as inventory needs it. */
export interface OrderPlaced {
  readonly userId?: string;
  readonly items: readonly Piece[];
  readonly total: number;
  readonly paymentMethod: string;
  readonly shippingAddressId: string;
  readonly placedAt: number;
}

/** `stock.reserved` */
export interface StockReserved {
  readonly userId?: string;
  readonly total: number;
  readonly paymentMethod: string;
  readonly shippingAddressId: string;
  readonly placedAt: number;
}

/** `stock.rejected` */
export interface StockRejected {
  readonly reason: string;
}

/** `stock.released` */
export interface StockReleased {
  readonly cause: ReleaseCause;
}

export type ReleaseCause = 'payment_failed' | 'shipment_refused' | 'order_cancelled';

/** What inventory takes from the events it reads. */
export const READERS = {
  'order.placed': (data): OrderPlaced => ({
    items: data.list('items', (item) => ({ productId: item.text('productId'), quantity: item.whole('quantity') })),
    total: data.whole('total'),
    paymentMethod: data.text('paymentMethod'),
    shippingAddressId: data.text('shippingAddressId'),
    placedAt: data.whole('placedAt'),
    userId: data.optionalText('userId'),
  }),
  'order.completed': nothing,
  'payment.failed': nothing,
  'payment.refunded': nothing,
} satisfies Readers;
