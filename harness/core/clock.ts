/** Time, for the whole harness: wall time in epoch milliseconds, deadlines, and waiting for a condition. */
import { HarnessError } from './errors.ts';

/** The clock everything reads. Tests pass a fake one; production code passes `systemClock`. */
export interface Clock {
  /** Epoch time in milliseconds, with fractions; monotonic within a process. */
  now(): number;
  /** Resolves after `delayMs`; rejects with the signal's reason when aborted. */
  delay(delayMs: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => performance.timeOrigin + performance.now(),
  delay: (delayMs, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const onAbort = () => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      }, delayMs);
      signal?.addEventListener('abort', onAbort, { once: true });
    }),
};

/** A clock for tests: time moves only by `advance`. */
export interface FakeClock extends Clock {
  /** Moves time on by `stepMs` and wakes every delay that is due, in order. */
  advance(stepMs: number): Promise<void>;
}

export function fakeClock(startMs = 1_700_000_000_000): FakeClock {
  let nowMs = startMs;
  const sleepers: { dueMs: number; wake: () => void }[] = [];
  return {
    now: () => nowMs,
    delay: (delayMs, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        sleepers.push({ dueMs: nowMs + delayMs, wake: resolve });
        signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
      }),
    async advance(stepMs) {
      const targetMs = nowMs + stepMs;
      for (;;) {
        sleepers.sort((a, b) => a.dueMs - b.dueMs);
        const next = sleepers[0];
        if (next === undefined || next.dueMs > targetMs) break;
        sleepers.shift();
        nowMs = next.dueMs;
        next.wake();
        await new Promise((resolve) => setImmediate(resolve));
      }
      nowMs = targetMs;
    },
  };
}

export interface WaitOptions {
  /** What is waited for, as the end of the sentence "waited for …". */
  readonly what: string;
  readonly deadlineMs: number;
  /** Pause between two looks. Default 20 ms. */
  readonly everyMs?: number;
  readonly signal?: AbortSignal;
  readonly clock?: Clock;
  /** Added to the error when the deadline passes: what was seen last. */
  readonly lastSeen?: () => string;
}

/**
 * Looks until `look` answers something other than `undefined`, and returns it.
 * Throws `timed-out`, naming what was waited for, when `deadlineMs` passes first.
 */
export async function waitFor<T>(look: () => Promise<T | undefined> | T | undefined, options: WaitOptions): Promise<T> {
  const clock = options.clock ?? systemClock;
  const startMs = clock.now();
  for (;;) {
    options.signal?.throwIfAborted();
    const found = await look();
    if (found !== undefined) return found;
    const waitedMs = clock.now() - startMs;
    if (waitedMs >= options.deadlineMs) {
      const seen = options.lastSeen?.();
      throw new HarnessError({
        code: 'timed-out',
        message: `waited ${Math.round(waitedMs)} ms for ${options.what}${seen ? `; last seen: ${seen}` : ''}`,
        facts: { waitedMs: Math.round(waitedMs), deadlineMs: options.deadlineMs },
      });
    }
    await clock.delay(Math.min(options.everyMs ?? 20, Math.max(1, options.deadlineMs - waitedMs)), options.signal);
  }
}
