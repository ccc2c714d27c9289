/**
 * Circuit breaker with time-out around one upstream (cockatiel). It counts attempts: after `threshold` failed ones in a
 * row it is open and nothing is tried; after `openMs` one probe may go; its success closes it, its failure opens it again.
 */
import {
  BrokenCircuitError,
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  handleAll,
  TimeoutStrategy,
  timeout,
  wrap,
} from 'cockatiel';
import type { Logger } from './log.ts';
import { pause } from './time.ts';

export type BreakerState = 'closed' | 'open' | 'half-open';

export interface BreakerOptions {
  /** `payment->psp`: stands in the log events. */
  readonly edge: string;
  /** Failed attempts in a row after which it opens. */
  readonly threshold: number;
  /** How long it stays open before a probe may go. */
  readonly openMs: number;
  /** An attempt that takes longer is aborted and counts as failed. */
  readonly timeoutMs: number;
  readonly log: Logger;
}

export interface Breaker {
  state(): BreakerState;
  /** Tries `call` once; whatever it throws counts as a failure. Throws `CircuitOpen` without trying when it may not be tried now. */
  attempt<T>(call: (signal: AbortSignal) => Promise<T>, signal?: AbortSignal): Promise<T>;
  /** Resolves when an attempt may be tried, or when the signal aborts. */
  untilAdmitted(signal: AbortSignal): Promise<void>;
  /** Calls `listener` when it opens (false) and when attempts may be tried again (true). */
  onAdmission(listener: (admitted: boolean) => void): void;
}

/** Nothing was tried: the breaker is open, or its one probe is under way. */
export class CircuitOpen extends Error {
  constructor(edge: string) {
    super(`the breaker of ${edge} is open`);
    this.name = 'CircuitOpen';
  }
}

/** cockatiel compares whole milliseconds: a probe that comes a moment later is surely let through. */
const PROBE_SLACK_MS = 5;

export function createBreaker(options: BreakerOptions): Breaker {
  const { edge, threshold, openMs, timeoutMs, log } = options;
  const breaker = circuitBreaker(handleAll, {
    halfOpenAfter: openMs,
    breaker: new ConsecutiveBreaker(threshold),
  });
  const policy = wrap(breaker, timeout(timeoutMs, { strategy: TimeoutStrategy.Cooperative, abortOnReturn: false }));
  const listeners: ((admitted: boolean) => void)[] = [];
  let waiting = new AbortController();
  let admitted = true;

  const admit = (value: boolean) => {
    admitted = value;
    if (admitted) {
      waiting.abort();
      waiting = new AbortController();
    }
    for (const listener of listeners) listener(value);
  };
  breaker.onStateChange((state) => {
    log.info({ event: 'breaker', edge, state: nameOf(state) }, `breaker ${nameOf(state)}`);
    if (state === CircuitState.Open) {
      admit(false);
      setTimeout(() => admit(true), openMs + PROBE_SLACK_MS).unref();
    }
    if (state === CircuitState.HalfOpen) admitted = false;
    if (state === CircuitState.Closed) admit(true);
  });

  return {
    state: () => nameOf(breaker.state),
    async attempt(call, signal) {
      if (!admitted) throw new CircuitOpen(edge);
      try {
        return await policy.execute(({ signal: either }) => call(either), signal);
      } catch (error) {
        throw error instanceof BrokenCircuitError ? new CircuitOpen(edge) : error;
      }
    },
    async untilAdmitted(signal) {
      while (!admitted && !signal.aborted) await pause(openMs, AbortSignal.any([waiting.signal, signal]));
    },
    onAdmission: (listener) => void listeners.push(listener),
  };
}

function nameOf(state: CircuitState): BreakerState {
  if (state === CircuitState.Closed) return 'closed';
  return state === CircuitState.HalfOpen ? 'half-open' : 'open';
}
