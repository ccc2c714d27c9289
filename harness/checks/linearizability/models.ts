/** The sequential objects that calls are held against. */
import type { Model } from './model.ts';

/** An idempotency key: the first call that takes effect makes something, every later one is told of the same. */
export interface KeyOp {
  /** What the answer named; undefined where no answer came. */
  readonly made?: string;
}

/** Nothing was made yet, or something that nobody was told of. */
const NOTHING = '';
const UNTOLD = '?';

export const IDEMPOTENCY_KEY: Model<string, KeyOp> = {
  initial: NOTHING,
  step(state, { made }) {
    if (made === undefined) return state === NOTHING ? UNTOLD : state;
    const named = `=${made}`;
    return state === NOTHING || state === UNTOLD || state === named ? named : undefined;
  },
};

/** A register: a read gives what was written last. */
export type RegisterOp =
  | { readonly wrote: string | number }
  /** `read` null: nothing was there; undefined: no answer came. */
  | { readonly read: string | number | null | undefined };

export const REGISTER: Model<string, RegisterOp> = {
  initial: NOTHING,
  step(state, op) {
    if ('wrote' in op) return `=${op.wrote}`;
    if (op.read === undefined) return state;
    return state === (op.read === null ? NOTHING : `=${op.read}`) ? state : undefined;
  },
};
