/** Retries stay within what an edge promises: not more of them, not sooner, and none after a good answer. */
import { z } from 'zod';
import type { CheckInput, ExchangeRecord } from '../../core/index.ts';
import { exchangesOn, findEdge, groupBy, isFailure } from '../case-view.ts';
import { defineCheck } from '../check.ts';
import { counted, fail, momentOf, noData, pass } from '../judgement.ts';

/** Timers may fire a little early, and the wire sees the end of an attempt a little after its caller gave it up. */
const EARLY_MS = 10;

export default defineCheck({
  name: 'retries',
  summary: 'a failed call is retried no more often, and no sooner, than its edge promises',
  options: z.strictObject({
    edge: z.string(),
    /** Failures after which no retry may follow at all. */
    neverAfter: z.array(z.enum(['gave-up', 'reset', 'refused', 'answered'])).default([]),
  }),
  refuses: (topology, { edge }) =>
    findEdge(topology, edge)?.promises?.retries ? undefined : `edge ${edge} of ${topology.name} promises no retries`,
  underLoad: (options) => ({ options, edges: [options.edge] }),
  judge(input, { edge, neverAfter }) {
    const promise = findEdge(input.topology, edge)?.promises?.retries;
    if (promise === undefined) return noData(`edge ${edge} promises no retries`);
    const traced = exchangesOn(input, edge).filter(({ trace }) => trace !== undefined);
    const calls = [...groupBy(traced, ({ trace, operation }) => `${trace} ${operation}`).values()];
    const failed = calls.filter((attempts) => attempts.some(isFailure));
    const problems = failed.flatMap((attempts) => {
      const many = attempts.length > promise.attempts + 1 ? [manyOf(input, attempts, promise.attempts)] : [];
      return [
        ...many,
        ...retriesOf(attempts).flatMap((pair) => problemsOf(input, pair, promise.backoffMs, neverAfter)),
      ];
    });
    const retried = failed.reduce((sum, attempts) => sum + attempts.length - 1, 0);
    const figures = { calls: calls.length, failed: failed.length, retries: retried, broken: problems.length };
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
    return pass(
      `${counted(failed.length, 'failed call')} on ${edge} made ${counted(retried, 'retry', 'retries')}, as promised`,
      [],
      figures,
    );
  },
});

type Pair = readonly [before: ExchangeRecord, retry: ExchangeRecord];

function retriesOf(attempts: readonly ExchangeRecord[]): Pair[] {
  return attempts.slice(1).flatMap((retry, index) => {
    const before = attempts[index];
    return before === undefined ? [] : [[before, retry] as const];
  });
}

function problemsOf(
  input: CheckInput,
  [before, retry]: Pair,
  backoffMs: number,
  neverAfter: readonly string[],
): string[] {
  const name = `${retry.operation} at ${momentOf(input, retry.at)}`;
  if (!isFailure(before)) return [`${name} was sent again after ${before.outcome} ${before.status ?? ''}`.trimEnd()];
  if (neverAfter.includes(before.outcome)) return [`${name} was sent again after the attempt before ${before.outcome}`];
  const pauseMs = retry.at - before.endAt;
  return pauseMs < backoffMs - EARLY_MS
    ? [`${name} came ${Math.round(pauseMs)} ms after the failure, promised are ${backoffMs}`]
    : [];
}

function manyOf(input: CheckInput, attempts: readonly ExchangeRecord[], promised: number): string {
  const [first] = attempts;
  return `${first?.operation} at ${momentOf(input, first?.at ?? 0)} was tried ${attempts.length} times, promised are ${promised + 1}`;
}
