/** Events of the inventory service: what it publishes on `inventory.events`, and what it reads of others. */
import type { Piece } from './rules.ts';

export const INVENTORY_TOPIC = 'inventory.events';
export const READS = ['order.events', 'payment.events'] as const;

/** `order.placed`, as far as inventory needs it. */
export interface OrderPlaced {
  readonly items: readonly Piece[];
  readonly total: number;
  readonly paymentMethod: string;
  readonly shippingAddressId: string;
  readonly placedAt: number;
}

/** `stock.reserved` */
export interface StockReserved {
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

export type ReleaseCause = 'payment_failed' | 'shipment_refused';
