/** Requests that run at the same time keep apart: no user, trace or correlation id of one stands on another's calls. */
import { z } from 'zod';
import type { CheckInput, ExchangeRecord, OperationRecord } from '../../core/index.ts';
import { groupBy, operationsOf } from '../case-view.ts';
import { defineCheck } from '../check.ts';
import { counted, fail, momentOf, noData, pass } from '../judgement.ts';

export default defineCheck({
  name: 'identity',
  summary: 'no user, trace or correlation id of one request appears on the calls of another that runs at the same time',
  options: z.strictObject({
    /** How many different users must have had calls under way at the same time. */
    users: z.int().min(2).default(2),
  }),
  underLoad: () => ({ not: 'it looks at the calls on every edge, and of a load only few edges are kept' }),
  judge(input, { users }) {
    const operations = operationsOf(input.history, input.caseId).filter(({ trace }) => trace !== undefined);
    const byTrace = new Map(operations.map((operation) => [operation.trace, operation]));
    const calls = input.history.filter(
      (record): record is ExchangeRecord => record.type === 'exchange' && byTrace.has(record.trace),
    );
    const named = calls.filter(({ user }) => user !== undefined);
    const atOnce = mostUsersAtOnce(operations);
    const problems = [
      ...named.flatMap((call) => wrongUser(input, call, byTrace.get(call.trace))),
      ...sharedCorrelations(calls),
      ...strangersWork(input, calls, operations),
    ];
    const figures = { calls: calls.length, withUser: named.length, usersAtOnce: atOnce, mixedUp: problems.length };
    if (problems.length > 0)
      return fail(`${counted(problems.length, 'call')} of one request in the name of another`, problems, figures);
    if (named.length === 0) return noData('no call named its user', [], figures);
    if (atOnce < users) return noData(`${counted(atOnce, 'user')} at the same time, wanted ${users}`, [], figures);
    return pass(
      `${counted(calls.length, 'call')} of up to ${counted(atOnce, 'user')} at the same time kept apart`,
      [],
      figures,
    );
  },
});

function wrongUser(
  input: CheckInput,
  { user, operation, edge, at }: ExchangeRecord,
  asked: OperationRecord | undefined,
): string[] {
  if (asked?.user === undefined || asked.user === user) return [];
  return [`${operation} on ${edge} at ${momentOf(input, at)} was made for ${user}; ${asked.user} had asked`];
}

/** One correlation id, two requests. */
function sharedCorrelations(calls: readonly ExchangeRecord[]): string[] {
  const correlated = calls.filter(({ correlation }) => correlation !== undefined);
  return [...groupBy(correlated, ({ correlation }) => String(correlation))].flatMap(([correlation, same]) => {
    const traces = new Set(same.map(({ trace }) => trace));
    return traces.size > 1 ? [`the correlation id ${correlation} stands on calls of ${traces.size} requests`] : [];
  });
}

/** A call under the idempotency key of another request. */
function strangersWork(
  input: CheckInput,
  calls: readonly ExchangeRecord[],
  operations: readonly OperationRecord[],
): string[] {
  const owners = groupBy(
    operations.filter(({ key }) => key !== undefined),
    ({ key }) => String(key),
  );
  return calls.flatMap(({ key, trace, operation, edge, at }) => {
    const asked = key === undefined ? undefined : owners.get(key);
    if (asked === undefined || asked.some((owner) => owner.trace === trace)) return [];
    return [`${operation} on ${edge} at ${momentOf(input, at)} has the key ${key} of another request`];
  });
}

function mostUsersAtOnce(operations: readonly OperationRecord[]): number {
  const withUser = operations.filter(({ user }) => user !== undefined);
  return Math.max(
    0,
    ...withUser.map(
      ({ at }) => new Set(withUser.filter((other) => other.at <= at && other.endAt >= at).map(({ user }) => user)).size,
    ),
  );
}
