/** A rate limit is a promise both ways: no client gets more than its bucket holds, and none is refused while tokens are left. */
import { z } from 'zod';
import type { CheckInput, OperationRecord } from '../../core/index.ts';
import { groupBy, operationsOf } from '../case-view.ts';
import { defineCheck } from '../check.ts';
import { counted, fail, momentOf, noData, pass } from '../judgement.ts';

export default defineCheck({
  name: 'rate-limit',
  summary:
    'each client gets no more than its token bucket allows, is refused only when it is empty, and is told when to come again',
  options: z.strictObject({
    operations: z.string().default('*'),
    /** Tokens that come back per second, and how many the bucket holds. */
    perSecond: z.number().positive(),
    burst: z.int().min(1),
    /** Tokens by which time and clocks may blur the count. */
    slack: z.number().min(0).default(1),
    /** Refusals must say when to come again. */
    retryAfter: z.boolean().default(true),
    /** How many refusals there must be. */
    refusals: z.int().min(0).default(1),
  }),
  underLoad: () => ({ not: 'the requests of a load do not say whose they are' }),
  judge(input, options) {
    const { operations, refusals } = options;
    const judged = operationsOf(input.history, input.caseId, operations).filter(({ status = 0 }) => status > 0);
    const refused = judged.filter(isRefusal);
    const problems = [...groupBy(judged, ({ user }) => user ?? 'anybody')].flatMap(([client, calls]) => [
      ...tooMany(client, calls, options),
      ...tooFew(input, client, calls, options),
    ]);
    const silent = options.retryAfter ? refused.filter(({ detail }) => !(Number(detail?.retryAfter) >= 1)) : [];
    problems.push(
      ...silent.map(({ name, at }) => `${name} at ${momentOf(input, at)} was refused without a time to come again`),
    );
    const figures = { calls: judged.length, refused: refused.length, broken: problems.length };
    const promise = `${options.perSecond}/s, bursts of ${options.burst}`;
    if (problems.length > 0)
      return fail(`the rate limit (${promise}) was not kept ${counted(problems.length, 'time')}`, problems, figures);
    if (refused.length < refusals)
      return noData(
        `${counted(refused.length, 'refusal')} among ${counted(judged.length, 'call')}, wanted ${refusals}`,
        [],
        figures,
      );
    return pass(`${counted(judged.length, 'call')} kept to ${promise}; ${refused.length} refused`, [], figures);
  },
});

interface Bucket {
  readonly perSecond: number;
  readonly burst: number;
  readonly slack: number;
}

function isRefusal({ status }: OperationRecord): boolean {
  return status === 429;
}

/** More in any span of time than a full bucket and what flowed into it meanwhile. Spans are as long as the records allow. */
function tooMany(client: string, calls: readonly OperationRecord[], { perSecond, burst, slack }: Bucket): string[] {
  const accepted = calls.filter((call) => !isRefusal(call)).sort((a, b) => a.at - b.at);
  let least = Number.POSITIVE_INFINITY;
  let worst = 0;
  for (const [index, { at, endAt }] of accepted.entries()) {
    least = Math.min(least, index - (perSecond * at) / 1_000);
    worst = Math.max(worst, index + 1 - (perSecond * endAt) / 1_000 - least - burst);
  }
  return worst > slack
    ? [`${client} got ${Math.ceil(worst)} more than its bucket of ${burst} and ${perSecond}/s allow`]
    : [];
}

/** Refused although the bucket, full at the start, surely held a token. What was accepted counts as late as it can have been. */
function tooFew(
  input: CheckInput,
  client: string,
  calls: readonly OperationRecord[],
  { perSecond, burst, slack }: Bucket,
): string[] {
  const accepted = calls.filter((call) => !isRefusal(call)).sort((a, b) => a.endAt - b.endAt);
  return calls.filter(isRefusal).flatMap(({ name, at, endAt }) => {
    const before = accepted.filter((call) => call.at <= endAt);
    const drained = before.map(
      (call, index) => before.length - index - (perSecond * Math.max(0, at - call.endAt)) / 1_000,
    );
    const left = burst - Math.max(0, ...drained);
    if (left < 1 + slack) return [];
    return [
      `${client}: ${name} at ${momentOf(input, at)} was refused with ${Math.floor(left)} of ${burst} tokens left`,
    ];
  });
}
