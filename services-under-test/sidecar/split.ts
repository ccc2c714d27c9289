/**
 * Splits calls over the versions of a callee by weight, evenly spread (smooth weighted round robin, as nginx has it). A version that fails
 * several times in a row is taken out for a while, unless it is the only one that is left.
 */
import type { Destination } from './config.ts';

export interface Split {
  choose(): Destination;
  /** What became of a call. Answers true when the destination is taken out because of it. */
  ended(destination: Destination, ok: boolean): boolean;
}

export interface SplitOptions {
  readonly failures: number;
  readonly outMs: number;
  readonly now: () => number;
}

interface Lane {
  readonly destination: Destination;
  /** Who has the most is chosen, and pays with the sum of all weights. */
  credit: number;
  failures: number;
  outUntil: number;
}

export function createSplit(destinations: readonly Destination[], { failures, outMs, now }: SplitOptions): Split {
  const lanes = destinations.map((destination): Lane => ({ destination, credit: 0, failures: 0, outUntil: 0 }));
  const inUse = () => lanes.filter(({ outUntil, destination }) => outUntil <= now() && destination.weight > 0);
  return {
    choose() {
      const open = inUse();
      const among = open.length > 0 ? open : lanes;
      let best = among[0];
      let sum = 0;
      for (const lane of among) {
        lane.credit += lane.destination.weight;
        sum += lane.destination.weight;
        if (best === undefined || lane.credit > best.credit) best = lane;
      }
      if (best === undefined) throw new Error('there is no destination');
      best.credit -= sum;
      return best.destination;
    },
    ended(destination, ok) {
      const lane = lanes.find((one) => one.destination === destination);
      if (lane === undefined) return false;
      lane.failures = ok ? 0 : lane.failures + 1;
      if (lane.failures < failures || lanes.length === 1) return false;
      lane.failures = 0;
      lane.outUntil = now() + outMs;
      return true;
    },
  };
}
