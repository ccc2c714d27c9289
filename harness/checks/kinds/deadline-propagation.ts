/** A deadline is passed on, not begun anew: no call is given more time than is left of the call it is made for. */
import { z } from 'zod';
import type { CheckInput, ExchangeRecord } from '../../core/index.ts';
import { groupBy, matches } from '../case-view.ts';
import { defineCheck } from '../check.ts';
import { counted, fail, momentOf, noData, pass } from '../judgement.ts';

export default defineCheck({
  name: 'deadline-propagation',
  summary: 'a call made for another is granted no more time than is left of it, and none is begun after its end',
  options: z.strictObject({
    /** Edges whose calls are looked at, by name, or a prefix or an ending with `*`. */
    edges: z.string().default('*'),
    /** A call made for one with a deadline must carry one itself. */
    required: z.boolean().default(true),
    toleranceMs: z.number().min(0).default(25),
    atLeast: z.int().min(1).default(1),
  }),
  underLoad: () => ({ not: 'it follows each call through every edge, and of a load only few edges are kept' }),
  judge(input, { edges, required, toleranceMs, atLeast }) {
    const pairs = nestedCalls(input).filter(({ inner }) => matches(edges, inner.edge));
    const problems = pairs.flatMap(({ outer, inner }) => {
      const left = (outer.grantedMs ?? 0) - (inner.at - outer.at);
      const name = `${inner.operation} on ${inner.edge} at ${momentOf(input, inner.at)}`;
      const around = `of ${outer.operation} on ${outer.edge} ${Math.round(left)} ms were left`;
      if (left < -toleranceMs) return [`${name} was begun when ${around}`];
      if (inner.grantedMs === undefined) return required ? [`${name} carries no deadline; ${around}`] : [];
      return inner.grantedMs > left + toleranceMs
        ? [`${name} was granted ${Math.round(inner.grantedMs)} ms; ${around}`]
        : [];
    });
    const figures = { calls: pairs.length, broken: problems.length };
    if (problems.length > 0)
      return fail(`${counted(problems.length, 'call')} whose deadline was not passed on`, problems, figures);
    if (pairs.length < atLeast)
      return noData(`${counted(pairs.length, 'call')} made for a call with a deadline, wanted ${atLeast}`, [], figures);
    return pass(`${counted(pairs.length, 'call')} made within the deadline of the call around it`, [], figures);
  },
});

interface Nested {
  readonly outer: ExchangeRecord;
  readonly inner: ExchangeRecord;
}

/** Their requests can say how long their caller waits; a statement or a record can't. */
const CAN_GRANT: readonly string[] = ['http', 'grpc'];

/** Calls of a callee, in the trace of a call it is answering; the outer one has a deadline. With retries the latest that began before counts. */
function nestedCalls({ history }: CheckInput): Nested[] {
  const traced = history.filter(
    (record): record is ExchangeRecord =>
      record.type === 'exchange' && record.trace !== undefined && CAN_GRANT.includes(record.protocol),
  );
  return [...groupBy(traced, ({ trace }) => String(trace)).values()].flatMap((calls) =>
    calls.flatMap((inner) => {
      const [caller] = inner.edge.split('->');
      const outer = calls.findLast(
        ({ edge, at, grantedMs }) => edge.endsWith(`->${caller}`) && at <= inner.at && grantedMs !== undefined,
      );
      return outer === undefined || outer === inner ? [] : [{ outer, inner }];
    }),
  );
}
