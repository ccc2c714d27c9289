/**
 * A circuit breaker as it can be seen from outside: which attempts should have opened it, and which should then not have been started.
 * The model opens as late and closes as early as the record allows, so that every leak it names is one.
 */
import type { BreakerPromise } from '../core/index.ts';

/** One counted unit: an exchange, or a call with its retries. */
export interface Attempt {
  readonly at: number;
  /** When its end reached the caller; undefined where it never ended. */
  readonly endAt?: number;
  readonly failed: boolean;
  readonly what: string;
}

export interface Opening {
  /** When the failure that opens it reached the caller. */
  readonly at: number;
  /** Start of the first of the consecutive failures (of a failed probe: of the probe). */
  readonly sinceMs: number;
  /** It was half-open before: a probe failed. */
  readonly reopened: boolean;
  /** First attempt started after openMs had passed. */
  probeAt?: number;
  /** When a successful probe closed it. */
  closedAt?: number;
}

export interface Leak {
  readonly attempt: Attempt;
  readonly kind: 'while-open' | 'extra-probe';
  /** After the opening failure reached the caller. */
  readonly afterMs: number;
}

export interface BreakerTrace {
  readonly openings: readonly Opening[];
  readonly leaks: readonly Leak[];
  /** Most consecutive failures seen while it was closed. */
  readonly longestRun: number;
}

type State =
  | { readonly is: 'closed'; readonly failures: Attempt[]; readonly epoch: number }
  | { readonly is: 'open'; readonly opening: Opening }
  | { readonly is: 'half-open'; readonly opening: Opening; readonly probes: Set<Attempt> };

interface Moment {
  readonly at: number;
  /** At one instant: reset, end, start, end of what began just now. An end comes before a start: it may have allowed it. */
  readonly order: 0 | 1 | 2 | 3;
  readonly attempt?: Attempt;
}

interface Model {
  readonly promise: BreakerPromise;
  readonly openings: Opening[];
  readonly leaks: Leak[];
  /** In which closed period an attempt began; ends from an earlier one count for nothing. */
  readonly startedIn: Map<Attempt, number>;
  /** Ends of successes, sorted. */
  readonly successes: readonly number[];
  longestRun: number;
  state: State;
}

/**
 * Two ends this close may reach the caller in either order. A success that ends just after the last counted failure may have come
 * before it: then nothing had to open.
 */
const ORDER_BLUR_MS = 2;

/**
 * Follows the breaker through the attempts. `resets` are the times at which its owner lost its memory (killed, started):
 * it begins closed again. An attempt that was in flight when the breaker opened, or that starts within graceMs of it, is no leak,
 * and its end counts for nothing. `graceMs` blurs the end of the open period as well: the owner's clock started a little before ours.
 */
export function followBreaker(
  attempts: readonly Attempt[],
  promise: BreakerPromise,
  resets: readonly number[] = [],
): BreakerTrace {
  const model: Model = {
    promise,
    openings: [],
    leaks: [],
    startedIn: new Map(),
    successes: attempts
      .flatMap(({ failed, endAt }) => (failed || endAt === undefined ? [] : [endAt]))
      .sort((a, b) => a - b),
    longestRun: 0,
    state: { is: 'closed', failures: [], epoch: 0 },
  };
  let epoch = 0;
  for (const { at, order, attempt } of momentsOf(attempts, resets)) {
    if (attempt === undefined) model.state = { is: 'closed', failures: [], epoch: ++epoch };
    else if (order === 2) started(model, attempt);
    else if (ended(model, attempt, at) === 'closed') model.state = { is: 'closed', failures: [], epoch: ++epoch };
  }
  const { openings, leaks, longestRun } = model;
  return { openings, leaks, longestRun };
}

function started(model: Model, attempt: Attempt): void {
  const { promise, leaks } = model;
  if (model.state.is === 'closed') {
    model.startedIn.set(attempt, model.state.epoch);
    return;
  }
  const { opening } = model.state;
  const afterMs = attempt.at - opening.at;
  if (model.state.is === 'open') {
    if (afterMs <= promise.graceMs) return;
    if (afterMs < promise.openMs - promise.graceMs) {
      leaks.push({ attempt, kind: 'while-open', afterMs });
      return;
    }
    opening.probeAt = attempt.at;
    model.state = { is: 'half-open', opening, probes: new Set([attempt]) };
    return;
  }
  if (model.state.probes.size < promise.probes) model.state.probes.add(attempt);
  else leaks.push({ attempt, kind: 'extra-probe', afterMs });
}

/** Answers `closed` when this end closes the breaker. */
function ended(model: Model, attempt: Attempt, at: number): 'closed' | undefined {
  const { state, promise } = model;
  if (state.is === 'half-open' && state.probes.has(attempt)) {
    if (attempt.failed) {
      open(model, at, attempt.at, true);
      return undefined;
    }
    state.opening.closedAt = at;
    return 'closed';
  }
  if (state.is !== 'closed' || model.startedIn.get(attempt) !== state.epoch) return undefined;
  if (!attempt.failed) {
    state.failures.length = 0;
    return undefined;
  }
  state.failures.push(attempt);
  model.longestRun = Math.max(model.longestRun, state.failures.length);
  if (state.failures.length >= promise.threshold && !anyWithin(model.successes, at, at + ORDER_BLUR_MS)) {
    open(model, at, state.failures[state.failures.length - promise.threshold]?.at ?? at, false);
  }
  return undefined;
}

function open(model: Model, at: number, sinceMs: number, reopened: boolean): void {
  const opening: Opening = { at, sinceMs, reopened };
  model.openings.push(opening);
  model.state = { is: 'open', opening };
}

/** Resets, starts and ends in time order. */
function momentsOf(attempts: readonly Attempt[], resets: readonly number[]): Moment[] {
  const moments: Moment[] = resets.map((at) => ({ at, order: 0 }));
  for (const attempt of attempts) {
    const { at, endAt } = attempt;
    moments.push({ at, order: 2, attempt });
    if (endAt !== undefined) moments.push({ at: endAt, order: endAt > at ? 1 : 3, attempt });
  }
  return moments.sort((a, b) => a.at - b.at || a.order - b.order);
}

function anyWithin(sorted: readonly number[], fromMs: number, toMs: number): boolean {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) < fromMs) low = middle + 1;
    else high = middle;
  }
  const found = sorted[low];
  return found !== undefined && found <= toMs;
}
