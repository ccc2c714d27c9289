/** Rules of the stock: what an order needs of it, and why it comes back. */
import type { ReleaseCause } from './events.ts';

export interface Piece {
  readonly productId: string;
  readonly quantity: number;
}

/** The need of an order, one line per product: the same product may stand in several lines of it. */
export function needOf(items: readonly Piece[]): Piece[] {
  const need = new Map<string, number>();
  for (const { productId, quantity } of items) need.set(productId, (need.get(productId) ?? 0) + quantity);
  return [...need].map(([productId, quantity]) => ({ productId, quantity }));
}

/** Why stock is released: the payment failed, or it was given back because the shipment was refused. */
export function causeOf(type: string): ReleaseCause {
  return type === 'payment.failed' ? 'payment_failed' : 'shipment_refused';
}
