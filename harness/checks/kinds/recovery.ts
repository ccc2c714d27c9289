/** After the heal the system is itself again within a stated time. */
import { z } from 'zod';
import type { CheckInput } from '../../core/index.ts';
import { exchangesOn, findEdge, isFailure, operationsOf } from '../case-view.ts';
import { defineCheck } from '../check.ts';
import { fail, momentOf, noData, pass } from '../judgement.ts';

export default defineCheck({
  name: 'recovery',
  summary: 'from the last heal to quiet, or to the first success, no more time passes than stated',
  options: z.strictObject({
    withinMs: z.number().positive(),
    /** `quiet`: all work done. `success`: the first success, on `edge`, or at the door. */
    until: z.enum(['quiet', 'success']).default('quiet'),
    edge: z.string().optional(),
    /** At the door: which operations, by name or a prefix that ends in `*`. */
    operations: z.string().default('*'),
  }),
  refuses: (topology, { edge }) =>
    edge === undefined || findEdge(topology, edge) ? undefined : `topology ${topology.name} has no edge ${edge}`,
  underLoad(options) {
    if (options.until === 'quiet')
      return { not: 'work goes on after the heal; when the door was back is told by the load itself' };
    return options.edge === undefined ? { options, requests: true } : { options, edges: [options.edge] };
  },
  judge(input, { withinMs, until, edge, operations }) {
    const heals = input.faults.map(({ healedAt }) => healedAt);
    if (heals.length === 0) return noData('nothing was injected, so nothing recovered');
    if (heals.some((healedAt) => healedAt === undefined)) return noData('a fault was never healed');
    const healedAt = Math.max(...heals.map(Number));
    const recoveryMs = until === 'quiet' ? input.quietAfterMs : firstSuccessMs(input, healedAt, edge, operations);
    const goal =
      until === 'quiet' ? 'quiet' : `the first success ${edge === undefined ? `of ${operations}` : `on ${edge}`}`;
    if (recoveryMs === undefined) {
      const tried = triedAfter(input, healedAt, edge, operations);
      const when = `after the heal at ${momentOf(input, healedAt)}`;
      if (tried.length === 0) return noData(`nothing was tried ${when}`);
      return fail(`none of ${tried.length} tries ${when} came to ${goal}`, tried, { tried: tried.length, withinMs });
    }
    const figures = { recoveryMs, withinMs };
    const summary = `${Math.round(recoveryMs)} ms from the heal to ${goal}`;
    return recoveryMs > withinMs
      ? fail(`${summary}, promised are ${withinMs} ms`, [], figures)
      : pass(summary, [], figures);
  },
});

/** To the end of the first success that ended after the heal. */
function firstSuccessMs(
  input: CheckInput,
  healedAt: number,
  edge: string | undefined,
  operations: string,
): number | undefined {
  const ends =
    edge === undefined
      ? operationsOf(input.history, input.caseId, operations).filter(({ outcome }) => outcome === 'ok')
      : exchangesOn(input, edge).filter((exchange) => exchange.outcome === 'answered' && !isFailure(exchange));
  const after = ends.map(({ endAt }) => endAt).filter((endAt) => endAt >= healedAt);
  return after.length === 0 ? undefined : after.reduce((least, endAt) => Math.min(least, endAt)) - healedAt;
}

/** What was begun after the heal, one phrase each. */
function triedAfter(input: CheckInput, healedAt: number, edge: string | undefined, operations: string): string[] {
  const tries =
    edge === undefined
      ? operationsOf(input.history, input.caseId, operations).map(({ name, at, status }) => ({
          name,
          at,
          end: status || 'nothing',
        }))
      : exchangesOn(input, edge).map(({ operation, at, outcome }) => ({ name: operation, at, end: outcome }));
  return tries
    .filter(({ at }) => at >= healedAt)
    .map(({ name, at, end }) => `${name} at ${momentOf(input, at)}: ${end}`);
}
