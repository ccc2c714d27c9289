/** Time to recover: from the last heal until the door answers again as it did before the faults, for good. */
import type { LoadPhase, LoadRecovery, LoadSeries } from '../core/index.ts';

/** A step counts as back when its p95 is at most so many times that of the phase before, plus a little noise. */
const SLOWER = 1.5;
const NOISE_MS = 20;
/** … and when at most so much more of its requests failed. */
const MORE_ERRORS = 0.01;

/**
 * `healedMs` is the last heal, in ms since the load began. Every step from the answer on is back; steps without requests say
 * nothing. Undefined where there is nothing to compare with.
 */
export function recoveryOf(
  before: LoadPhase | undefined,
  series: LoadSeries,
  healedMs: number,
): LoadRecovery | undefined {
  if (before?.latency === undefined) return undefined;
  const mostP95 = before.latency.p95 * SLOWER + NOISE_MS;
  const mostErrors = before.errors / before.requests + MORE_ERRORS;
  const rule =
    `every step from then on has a p95 of at most ${Math.round(mostP95)} ms ` +
    `(before: ${Math.round(before.latency.p95)} ms) and at most ${(100 * mostErrors).toFixed(1)} % errors`;
  const after = series.steps.filter(({ fromMs, requests }) => fromMs + series.stepMs > healedMs && requests > 0);
  if (after.length === 0) return undefined;
  const isBack = (step: (typeof after)[number]) =>
    (step.p95 ?? Number.POSITIVE_INFINITY) <= mostP95 && step.errors / step.requests <= mostErrors;
  const lastBad = after.findLastIndex((step) => !isBack(step));
  const firstGood = after[lastBad + 1];
  if (firstGood === undefined) return { rule };
  return { tookMs: Math.max(0, Math.round(firstGood.fromMs - healedMs)), rule };
}
