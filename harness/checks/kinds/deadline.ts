/** Nobody waits longer than was promised: operations at the door, or exchanges on an edge. */
import { z } from 'zod';
import type { CheckInput } from '../../core/index.ts';
import { exchangesOn, findEdge, operationsOf, percentile } from '../case-view.ts';
import { defineCheck } from '../check.ts';
import { counted, fail, momentOf, noData, pass } from '../judgement.ts';

/** Room for timers and a busy machine, added to the promise. */
const TOLERANCE_MS = 100;

export default defineCheck({
  name: 'deadline',
  summary: 'every operation at the door, or exchange on an edge, is answered or given up in time',
  options: z
    .strictObject({
      edge: z.string().optional(),
      /** Operations at the door, by name or a prefix that ends in `*`. Default, where no edge is given: all. */
      operations: z.string().optional(),
      /** Default: the edge's deadlineMs, else the attempt time-out of its breaker. */
      withinMs: z.number().positive().optional(),
      toleranceMs: z.number().min(0).default(TOLERANCE_MS),
    })
    .refine(
      ({ edge, operations }) => edge === undefined || operations === undefined,
      'takes an edge or operations, not both',
    ),
  refuses(topology, { edge, withinMs }) {
    if (withinMs !== undefined) return undefined;
    if (edge === undefined) return 'operations at the door need withinMs';
    return promisedMs(topology, edge) === undefined ? `edge ${edge} promises no deadline: say withinMs` : undefined;
  },
  underLoad: (options) =>
    options.edge === undefined ? { options, requests: true } : { options, edges: [options.edge] },
  judge(input, { edge, operations, withinMs, toleranceMs }) {
    const promised = withinMs ?? (edge === undefined ? undefined : promisedMs(input.topology, edge));
    if (promised === undefined) return noData('no deadline was promised');
    const spans = edge === undefined ? operationSpans(input, operations) : exchangeSpans(input, edge);
    const late = spans.filter(({ tookMs }) => tookMs > promised + toleranceMs);
    const took = spans.map(({ tookMs }) => tookMs);
    const figures = {
      judged: spans.length,
      late: late.length,
      p50Ms: percentile(took, 0.5),
      p95Ms: percentile(took, 0.95),
      maxMs: percentile(took, 1),
    };
    const what =
      edge === undefined ? counted(spans.length, 'operation') : `${counted(spans.length, 'exchange')} on ${edge}`;
    if (spans.length === 0) return noData(`${what} to judge`, [], figures);
    if (late.length > 0) {
      const slowest = late.toSorted((a, b) => b.tookMs - a.tookMs);
      const named = slowest.map(
        ({ name, at, tookMs }) => `${name} at ${momentOf(input, at)} took ${Math.round(tookMs)} ms`,
      );
      return fail(`${late.length} of ${what} took longer than ${promised} ms`, named, figures);
    }
    return pass(`${what} within ${promised} ms; slowest ${Math.round(figures.maxMs)} ms`, [], figures);
  },
});

interface Span {
  readonly name: string;
  readonly at: number;
  readonly tookMs: number;
}

function promisedMs(topology: CheckInput['topology'], edge: string): number | undefined {
  const promises = findEdge(topology, edge)?.promises;
  return promises?.deadlineMs ?? promises?.breaker?.timeoutMs;
}

function operationSpans({ history, caseId }: CheckInput, pattern?: string): Span[] {
  return operationsOf(history, caseId, pattern).map(({ name, at, endAt }) => ({ name, at, tookMs: endAt - at }));
}

/** An exchange that never ended lasts until the last record. */
function exchangeSpans(input: CheckInput, edge: string): Span[] {
  const lastMs = input.history.at(-1)?.at ?? 0;
  return exchangesOn(input, edge).map(({ operation, outcome, at, endAt }) => ({
    name: `${operation} (${outcome})`,
    at,
    tookMs: (outcome === 'open' ? Math.max(lastMs, endAt) : endAt) - at,
  }));
}
