/** Retries stay within what an edge promises: not more of them, not sooner, spaced as declared, and only of what may be done twice. */
import { z } from 'zod';
import type { CheckInput, ExchangeRecord, Topology } from '../../core/index.ts';
import { exchangesOn, findEdge, groupBy, isFailure } from '../case-view.ts';
import { defineCheck } from '../check.ts';
import { counted, fail, momentOf, noData, pass } from '../judgement.ts';

/** Timers may fire a little early, and the wire sees the end of an attempt a little after its caller gave it up. */
const EARLY_MS = 10;
/** Pauses that differ by less are the same pause: so much, or this share of them. */
const SAME_MS = 3;
const SAME_SHARE = 0.04;
/** So many pauses say whether there is jitter: of fewer, half may be the same by chance. */
const ENOUGH_PAUSES = 16;
/** Doing it again has another effect, unless it has a key. */
const NOT_REPEATABLE = /^(POST|PATCH) /;

const options = z.strictObject({
  edge: z.string(),
  /** Failures after which no retry may follow at all. */
  neverAfter: z.array(z.enum(['gave-up', 'reset', 'refused', 'answered'])).default([]),
  /** Retries of one call, and the pause before the first. Default: what the edge promises. */
  attempts: z.int().min(0).optional(),
  backoffMs: z.number().min(0).optional(),
  /**
   * Each pause must be at least so many times the one before, up to `mostMs`: by the medians over all calls, because a busy
   * machine makes single pauses longer.
   */
  growth: z.number().min(1).optional(),
  mostMs: z.number().positive().default(Number.POSITIVE_INFINITY),
  /** Pauses before the same retry of different calls must differ. */
  jitter: z.boolean().default(false),
  /** Retries may be this share of the calls, at most. */
  budget: z.number().min(0).optional(),
  /** Attempts per call over the whole edge, at most. */
  amplification: z.number().min(1).optional(),
  /** A POST or PATCH without idempotency key is never tried again. */
  onlyRepeatable: z.boolean().default(true),
});

export default defineCheck({
  name: 'retries',
  summary: 'a failed call is retried no more often, no sooner, and no other call than its edge promises',
  options,
  refuses: (topology, given) =>
    promiseOf(topology, given)
      ? undefined
      : `edge ${given.edge} of ${topology.name} promises no retries: say attempts and backoffMs`,
  underLoad: (given) => ({ options: given, edges: [given.edge] }),
  judge(input, given) {
    const { edge } = given;
    const promise = promiseOf(input.topology, given);
    if (promise === undefined) return noData(`edge ${edge} promises no retries`);
    const traced = exchangesOn(input, edge).filter(({ trace }) => trace !== undefined);
    const calls = [...groupBy(traced, ({ trace, operation }) => `${trace} ${operation}`).values()];
    const failed = calls.filter((attempts) => attempts.some(isFailure));
    const retried = failed.reduce((sum, attempts) => sum + attempts.length - 1, 0);
    const pauses = pausesByRetry(failed);
    const problems = [
      ...failed.flatMap((attempts) => callProblems(input, attempts, promise, given)),
      ...(given.growth === undefined ? [] : shrinkingPauses(pauses, given.growth, given.mostMs)),
      ...(given.jitter ? samePauses(pauses) : []),
      ...totalProblems(calls.length, traced.length, retried, given),
    ];
    const figures = {
      calls: calls.length,
      failed: failed.length,
      retries: retried,
      amplification: calls.length === 0 ? 0 : traced.length / calls.length,
      broken: problems.length,
    };
    if (problems.length > 0)
      return fail(
        `${counted(problems.length, 'retry', 'retries')} on ${edge} that were not promised`,
        problems,
        figures,
      );
    if (failed.length === 0)
      return noData(
        `none of ${counted(calls.length, 'call')} on ${edge} failed: nothing had to be retried`,
        [],
        figures,
      );
    if (given.jitter && !pauses.some(({ length }) => length >= ENOUGH_PAUSES))
      return noData(`too few calls on ${edge} paused: jitter shows from ${ENOUGH_PAUSES} on`, [], figures);
    return pass(
      `${counted(failed.length, 'failed call')} on ${edge} made ${counted(retried, 'retry', 'retries')}, as promised`,
      [],
      figures,
    );
  },
});

type Options = z.output<typeof options>;

interface RetryPromise {
  readonly attempts: number;
  readonly backoffMs: number;
}

function promiseOf(topology: Topology, { edge, attempts, backoffMs }: Options): RetryPromise | undefined {
  const promised = findEdge(topology, edge)?.promises?.retries;
  if (promised === undefined && (attempts === undefined || backoffMs === undefined)) return undefined;
  return { attempts: attempts ?? promised?.attempts ?? 0, backoffMs: backoffMs ?? promised?.backoffMs ?? 0 };
}

/** What is wrong with the attempts of one call. */
function callProblems(
  input: CheckInput,
  attempts: readonly ExchangeRecord[],
  promise: RetryPromise,
  given: Options,
): string[] {
  const [first] = attempts;
  const name = `${first?.operation} at ${momentOf(input, first?.at ?? 0)}`;
  const many =
    attempts.length > promise.attempts + 1
      ? [`${name} was tried ${attempts.length} times, promised are ${promise.attempts + 1}`]
      : [];
  const keyless = attempts.length > 1 && NOT_REPEATABLE.test(first?.operation ?? '') && first?.key === undefined;
  return [
    ...many,
    ...(keyless && given.onlyRepeatable ? [`${name} was sent again without an idempotency key`] : []),
    ...attempts
      .slice(1)
      .flatMap((retry, index) => pairProblem(input, attempts[index], retry, promise.backoffMs, given.neverAfter) ?? []),
  ];
}

function pairProblem(
  input: CheckInput,
  before: ExchangeRecord | undefined,
  retry: ExchangeRecord,
  backoffMs: number,
  neverAfter: readonly string[],
): string | undefined {
  if (before === undefined) return undefined;
  const name = `${retry.operation} at ${momentOf(input, retry.at)}`;
  if (!isFailure(before)) return `${name} was sent again after ${before.outcome} ${before.status ?? ''}`.trimEnd();
  if (neverAfter.includes(before.outcome)) return `${name} was sent again after the attempt before ${before.outcome}`;
  const pauseMs = retry.at - before.endAt;
  if (pauseMs >= backoffMs - EARLY_MS) return undefined;
  return `${name} came ${Math.round(pauseMs)} ms after the failure, promised are ${backoffMs}`;
}

function pausesOf(attempts: readonly ExchangeRecord[]): number[] {
  return attempts.slice(1).map((retry, index) => retry.at - (attempts[index]?.endAt ?? retry.at));
}

function shrinkingPauses(pauses: readonly (readonly number[])[], growth: number, mostMs: number): string[] {
  const medians = pauses.map(median);
  const isShort = (index: number) =>
    (medians[index] ?? 0) < Math.min(mostMs, (medians[index - 1] ?? 0) * growth) - EARLY_MS;
  if (!medians.some((_, index) => index > 0 && isShort(index))) return [];
  return [`pauses of ${medians.map(Math.round).join(', ')} ms (medians) do not grow ${growth}-fold`];
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
}

/** Many callers that wait for the same time come back together. A busy machine makes some pauses longer, never most of them alike. */
function samePauses(pauses: readonly (readonly number[])[]): string[] {
  return pauses.flatMap((some, index) => {
    const { count, fromMs } = mostAlike(some);
    if (some.length < ENOUGH_PAUSES || count * 2 <= some.length) return [];
    const which = `retry ${index + 1}`;
    return [`${count} of ${some.length} calls waited for the same ${Math.round(fromMs)} ms before ${which}: no jitter`];
  });
}

/** Those before the first retry, before the second, and so on. */
function pausesByRetry(failed: readonly (readonly ExchangeRecord[])[]): number[][] {
  const byRetry: number[][] = [];
  for (const attempts of failed)
    for (const [index, pause] of pausesOf(attempts).entries()) byRetry[index] = [...(byRetry[index] ?? []), pause];
  return byRetry;
}

function mostAlike(pauses: readonly number[]): { readonly count: number; readonly fromMs: number } {
  const sorted = pauses.toSorted((one, other) => one - other);
  let most = { count: 0, fromMs: 0 };
  for (const [index, fromMs] of sorted.entries()) {
    const count = sorted.filter(
      (pause, at) => at >= index && pause <= fromMs + Math.max(SAME_MS, SAME_SHARE * fromMs),
    ).length;
    if (count > most.count) most = { count, fromMs };
  }
  return most;
}

function totalProblems(calls: number, attempts: number, retried: number, { budget, amplification }: Options): string[] {
  const over = budget !== undefined && retried > Math.ceil(budget * calls);
  const amplified = amplification !== undefined && attempts > amplification * calls;
  return [
    ...(over ? [`${retried} retries of ${calls} calls, the budget is ${Math.ceil(budget * calls)}`] : []),
    ...(amplified ? [`${calls} calls made ${attempts} attempts, at most ${amplification} each were promised`] : []),
  ];
}
