/** Rules of an order: what may be ordered, and how an order ends. */
import { ProblemError } from '../kit/problem.ts';

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

/** The order in a request body; throws a 400 problem that names the field. */
export function orderRequestOf(body: unknown): OrderRequest {
  const request = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
  const { items } = request;
  if (!Array.isArray(items) || items.length === 0) throw wrong('items', 'must be a list of at least one item');
  if (items.length > MOST_ITEMS) throw wrong('items', `must not be more than ${MOST_ITEMS}`);
  const order: OrderRequest = {
    items: items.map((item, index) => itemOf(item, `items[${index}]`)),
    shippingAddressId: textOf(request.shippingAddressId, 'shippingAddressId'),
    paymentMethod: textOf(request.paymentMethod, 'paymentMethod'),
  };
  if (totalOf(order.items) > MOST_TOTAL) throw wrong('items', `must not cost more than ${MOST_TOTAL} cents together`);
  return order;
}

function itemOf(value: unknown, field: string): OrderItem {
  const item = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  const { quantity, price } = item;
  if (!isWhole(quantity) || quantity < 1 || quantity > MOST_PIECES) {
    throw wrong(`${field}.quantity`, `must be a whole number from 1 to ${MOST_PIECES}`);
  }
  if (!isWhole(price) || price < 0) throw wrong(`${field}.price`, 'must be a whole number of cents, 0 or more');
  return { productId: textOf(item.productId, `${field}.productId`), quantity, price };
}

function textOf(value: unknown, field: string): string {
  if (typeof value !== 'string' || value === '' || value.length > 200)
    throw wrong(field, 'must be a text of 1 to 200 characters');
  return value;
}

function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

function wrong(field: string, must: string): ProblemError {
  return new ProblemError(400, 'Invalid order', { detail: `${field} ${must}`, field });
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
