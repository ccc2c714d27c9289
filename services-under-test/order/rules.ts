/** Rules of an order: what may be ordered, and how an order ends. */
import { ProblemError } from '../kit/problem.ts';
import { list, object, readShape, type Shape, text, whole } from '../kit/shape.ts';

export interface OrderItem {
  readonly productId: string;
  readonly quantity: number;
  /** Of one piece, in cents. */
  readonly price: number;
}

export interface OrderRequest {
  readonly items: readonly OrderItem[];
  readonly shippingAddressId: string;
  readonly paymentMethod: string;
}

const MOST_ITEMS = 50;
const MOST_PIECES = 100;
const MOST_TOTAL = 1_000_000_00;

const itemShape = object({ productId: text(), quantity: whole({ min: 1, max: MOST_PIECES }), price: whole() });

export const orderShape: Shape<OrderRequest> = object({
  items: list(itemShape, { min: 1, max: MOST_ITEMS }),
  shippingAddressId: text(),
  paymentMethod: text(),
});

/** The order in a request body; throws a 400 problem that names the field. */
export function orderRequestOf(body: unknown): OrderRequest {
  const order = readShape(orderShape, body, 'Invalid order');
  if (totalOf(order.items) <= MOST_TOTAL) return order;
  const detail = `items must not cost more than ${MOST_TOTAL} cents together`;
  throw new ProblemError(400, 'Invalid order', { detail, field: 'items' });
}

/** What an order costs, in cents. */
export function totalOf(items: readonly OrderItem[]): number {
  return items.reduce((total, { quantity, price }) => total + quantity * price, 0);
}

/** Where the customer is told how it ended. The user service will know better one day. */
export function emailOf(userId: string): string {
  return `${userId.replaceAll(/[^A-Za-z0-9._-]/g, '_')}@customers.example`;
}

export type TerminalState = 'completed' | 'rejected' | 'payment_failed' | 'cancelled';
export type OrderState = 'pending' | TerminalState;

export interface Ending {
  readonly state: TerminalState;
  readonly reason?: string;
}

/**
 * How an event ends a pending order; undefined where it does not.
 *
 *     pending --shipment.created--------------------> completed
 *             --stock.rejected----------------------> rejected
 *             --stock.released (payment_failed)-----> payment_failed
 *             --stock.released (shipment_refused)---> cancelled
 *
 * All four are terminal: nothing leads out of them.
 */
export function endingOf(
  type: string,
  data: { readonly cause?: string; readonly reason?: string },
): Ending | undefined {
  if (type === 'shipment.created') return { state: 'completed' };
  if (type === 'stock.rejected') return { state: 'rejected', reason: data.reason ?? 'out of stock' };
  if (type !== 'stock.released') return undefined;
  if (data.cause === 'payment_failed') return { state: 'payment_failed', reason: 'the payment failed' };
  if (data.cause === 'shipment_refused') return { state: 'cancelled', reason: 'the shipment was refused' };
  return undefined;
}
