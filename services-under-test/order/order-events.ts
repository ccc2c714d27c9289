/**
 * The order as a sequence of facts (event sourcing): what happened to it is stored and never changed; its state is what
 * follows from that, by `evolve`, and can be worked out again at any time. A snapshot only saves the way.
 */
import type { OrderPlaced } from './events.ts';
import type { OrderState, TerminalState } from './rules.ts';

/** What can be true of an order from now on. */
export type OrderFact =
  | { readonly type: 'placed'; readonly data: OrderPlaced }
  | { readonly type: 'payment_charged'; readonly data: { readonly chargeId: string } }
  | { readonly type: 'shipment_created'; readonly data: { readonly tracking: string } }
  | {
      readonly type:
        | 'stock_reserved'
        | 'stock_released'
        | 'payment_given_up'
        | 'payment_voided'
        | 'payment_refunded'
        | 'cancel_wanted';
      readonly data: Readonly<Record<string, never>>;
    }
  | { readonly type: TerminalState; readonly data: { readonly reason?: string } };

/** A fact as it is stored: the n-th of its order, n from 1. */
export interface StoredFact {
  readonly version: number;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
  /** Epoch ms. */
  readonly at: number;
}

/** What follows from the facts. */
export interface OrderView extends OrderPlaced {
  /** How many facts it follows from: what is appended next has this number plus one. */
  readonly version: number;
  readonly status: OrderState;
  readonly reason: string | null;
  readonly finishedAt: number | null;
  readonly chargeId: string | null;
  readonly tracking: string | null;
  readonly cancelWanted: boolean;
}

const TERMINAL = new Set<string>(['completed', 'rejected', 'payment_failed', 'cancelled']);

/** The state after one more fact. Facts of a kind it does not know change only the version: old code reads new orders. */
export function evolve(view: OrderView | undefined, fact: StoredFact): OrderView {
  const { version, type, data, at } = fact;
  if (view === undefined || type === 'placed') return placedView(fact);
  const next = { ...view, version };
  if (TERMINAL.has(type)) {
    const reason = typeof data.reason === 'string' ? data.reason : null;
    return { ...next, status: type as TerminalState, reason, finishedAt: at };
  }
  if (type === 'payment_charged') return { ...next, chargeId: String(data.chargeId) };
  if (type === 'shipment_created') return { ...next, tracking: String(data.tracking) };
  if (type === 'cancel_wanted') return { ...next, cancelWanted: true };
  return next;
}

function placedView({ version, type, data }: StoredFact): OrderView {
  if (type !== 'placed') throw new Error(`the first fact of an order must be "placed", got "${type}"`);
  const nothingYet = { reason: null, finishedAt: null, chargeId: null, tracking: null, cancelWanted: false };
  return { ...(data as unknown as OrderPlaced), version, status: 'pending', ...nothingYet };
}

/** The state of an order of which nothing is known but that it was placed. */
export function viewOfPlaced(placed: OrderPlaced): OrderView {
  return placedView({ version: 1, type: 'placed', data: { ...placed }, at: placed.placedAt });
}

/** The state that follows from a snapshot and all facts after it; from all facts where there is none. */
export function rebuild(snapshot: OrderView | undefined, facts: readonly StoredFact[]): OrderView {
  const view = facts.reduce<OrderView | undefined>(evolve, snapshot);
  if (view === undefined) throw new Error('an order without a fact has no state');
  return view;
}

/** True when appending facts from version `before` to `after` passes a multiple of `every`: time for a snapshot. */
export function snapshotDue(before: number, after: number, every: number): boolean {
  return Math.floor(after / every) > Math.floor(before / every);
}
