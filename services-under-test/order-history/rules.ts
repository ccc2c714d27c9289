/**
 * Rules of the order history: which part of an order's row an event changes, and how. Parts do not touch each other, so
 * events of different services may come in any order.
 */
import type { Event } from '../kit/event.ts';

/** The parts of the row, each told of by one service. */
export type Part = 'placed' | 'ending' | 'stock' | 'payment' | 'shipment';

export interface Change {
  readonly part: Part;
  /** Members of the part that are new; `at` says how new. */
  readonly data: Readonly<Record<string, unknown>>;
}

const PARTS: Readonly<Record<string, Part>> = {
  order: 'ending',
  stock: 'stock',
  payment: 'payment',
  shipment: 'shipment',
};

/** What an event changes: `payment.charged` with an amount makes the payment `{ status: 'charged', amount }`. */
export function changeOf({ type, at, data }: Event<Readonly<Record<string, unknown>>>): Change {
  if (type === 'order.placed') return { part: 'placed', data: { ...data, at } };
  const [about = '', status] = type.split('.');
  const part = PARTS[about];
  if (part === undefined) throw new Error(`the history has no place for ${type}`);
  return { part, data: { ...data, status, at } };
}
