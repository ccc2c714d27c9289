/** Events of the order service: what it publishes on `order.events`, and what it reads of others. */
import { nothing, type Readers } from '../kit/reader.ts';
import type { OrderItem } from './rules.ts';

export const ORDER_TOPIC = 'order.events';
export const READS = ['inventory.events', 'shipping.events'] as const;

/** `order.placed`: the saga begins. Money in cents, times in epoch ms. */
export interface OrderPlaced {
  readonly userId: string;
  readonly email: string;
  readonly items: readonly OrderItem[];
  readonly total: number;
  readonly shippingAddressId: string;
  readonly paymentMethod: string;
  readonly placedAt: number;
}

/** `order.completed`, `order.rejected`, `order.payment_failed`, `order.cancelled`: the saga has ended. */
export interface OrderFinished {
  readonly userId: string;
  readonly email: string;
  readonly reason?: string;
}

/** `stock.rejected` */
export interface StockRejected {
  readonly reason: string;
}

/** `stock.released` */
export interface StockReleased {
  readonly cause: 'payment_failed' | 'shipment_refused';
}

/** What order takes from the events it reads. */
export const READERS = {
  'stock.rejected': (data): StockRejected => ({ reason: data.text('reason') }),
  'stock.released': (data): StockReleased => ({ cause: data.oneOf('cause', ['payment_failed', 'shipment_refused']) }),
  'shipment.created': nothing,
} satisfies Readers;
