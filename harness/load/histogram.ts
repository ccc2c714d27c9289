/**
 * A mergeable histogram of latencies, log-linear as HdrHistogram is (Tene, http://hdrhistogram.org; compare Masson, Rim, Lee:
 * DDSketch, VLDB 2019): each doubling of the value is cut into the same number of slots, so the error is relative and the size
 * depends on the range of the values, never on how many there are. Merging adds counts: it loses nothing.
 */

/** Slots per doubling. A value is told to half a slot: 1/2048, below 0.05 % of it, or half a microsecond where that is more. */
const SLOTS_LOG2 = 10;
const SLOTS = 2 ** SLOTS_LOG2;
export const LATENCY_RESOLUTION = 1 / SLOTS;

export interface Histogram {
  /** One value, in milliseconds. */
  add(valueMs: number): void;
  merge(other: Histogram): void;
  readonly count: number;
  readonly maxMs: number;
  /** The value below which `share` (0 to 1) of the values lie, by nearest rank, in ms; undefined for none. */
  percentile(share: number): number | undefined;
  /** [slot, count] in order of slots: all there is to know, as plain data. */
  slots(): readonly (readonly [slot: number, count: number])[];
}

export function createHistogram(from: readonly (readonly [slot: number, count: number])[] = []): Histogram {
  const counts = new Map<number, number>();
  let count = 0;
  let maxMs = 0;
  const put = (slot: number, more: number) => {
    counts.set(slot, (counts.get(slot) ?? 0) + more);
    count += more;
  };
  for (const [slot, more] of from) {
    put(slot, more);
    maxMs = Math.max(maxMs, middleMs(slot));
  }
  const slots = () => [...counts].sort(([a], [b]) => a - b);
  return {
    add(valueMs) {
      put(slotOf(valueMs), 1);
      maxMs = Math.max(maxMs, valueMs);
    },
    merge(other) {
      for (const [slot, more] of other.slots()) put(slot, more);
      maxMs = Math.max(maxMs, other.maxMs);
    },
    get count() {
      return count;
    },
    get maxMs() {
      return maxMs;
    },
    percentile(share) {
      if (count === 0) return undefined;
      const rank = Math.min(count, Math.max(1, Math.ceil(share * count)));
      let seen = 0;
      for (const [slot, more] of slots()) {
        seen += more;
        if (seen >= rank) return Math.min(middleMs(slot), maxMs);
      }
      return maxMs;
    },
    slots,
  };
}

/** Slots 0 to 2 * SLOTS - 1 are single microseconds; from there on each doubling has SLOTS of them. */
function slotOf(valueMs: number): number {
  const micros = Math.max(0, Math.round(valueMs * 1_000));
  if (micros < 2 * SLOTS) return micros;
  const shift = Math.floor(Math.log2(micros)) - SLOTS_LOG2;
  return shift * SLOTS + Math.floor(micros / 2 ** shift);
}

function middleMs(slot: number): number {
  if (slot < 2 * SLOTS) return slot / 1_000;
  const shift = Math.floor(slot / SLOTS) - 1;
  const low = (slot - shift * SLOTS) * 2 ** shift;
  return (low + (2 ** shift - 1) / 2) / 1_000;
}
