/** While the callee is away its caller answers at its own door as promised: the status, Retry-After, and quickly. */
import { z } from 'zod';
import type { OperationRecord } from '../../core/index.ts';
import { findEdge, operationsOf, percentile } from '../case-view.ts';
import { defineCheck } from '../check.ts';
import { counted, fail, momentOf, noData, pass } from '../judgement.ts';

const TOLERANCE_MS = 100;

export default defineCheck({
  name: 'fallback',
  summary: 'operations that fail while an edge is broken get the promised answer, in the promised time',
  options: z.strictObject({
    edge: z.string(),
    /** Operations that need the edge, by name or a prefix that ends in `*`. */
    operations: z.string().default('*'),
    /** How many must have failed for the promise to be seen. */
    atLeast: z.int().min(1).default(1),
    toleranceMs: z.number().min(0).default(TOLERANCE_MS),
  }),
  refuses: (topology, { edge }) =>
    findEdge(topology, edge)?.promises?.fallback ? undefined : `edge ${edge} of ${topology.name} promises no fallback`,
  underLoad: (options, topology) =>
    findEdge(topology, options.edge)?.promises?.fallback?.retryAfter
      ? { not: 'k6 does not tell whether an answer had the promised Retry-After' }
      : { options, requests: true },
  judge(input, { edge, operations, atLeast, toleranceMs }) {
    const promise = findEdge(input.topology, edge)?.promises?.fallback;
    if (promise === undefined) return noData(`edge ${edge} promises no fallback`);
    if (input.faults.length === 0) return noData('nothing was injected');
    const fromMs = Math.min(...input.faults.map(({ injectedAt }) => injectedAt));
    const failed = operationsOf(input.history, input.caseId, operations).filter(
      (operation) => operation.endAt >= fromMs && isFailed(operation),
    );
    const withinMs = promise.withinMs ?? Number.POSITIVE_INFINITY;
    const problems = failed.flatMap((operation) => {
      const wrong: string[] = [];
      const tookMs = operation.endAt - operation.at;
      const hasRetryAfter = operation.detail?.retryAfter !== undefined && operation.detail.retryAfter !== null;
      if (operation.status !== promise.status)
        wrong.push(`answered ${operation.status || 'nothing'} instead of ${promise.status}`);
      else if (promise.retryAfter && !hasRetryAfter) wrong.push('answered without Retry-After');
      if (tookMs > withinMs + toleranceMs) wrong.push(`took ${Math.round(tookMs)} ms, promised are ${withinMs}`);
      return wrong.length === 0 ? [] : [`${operation.name} at ${momentOf(input, operation.at)} ${wrong.join(', ')}`];
    });
    const took = failed.map(({ at, endAt }) => endAt - at);
    const figures = {
      failed: failed.length,
      broken: problems.length,
      p50Ms: percentile(took, 0.5),
      maxMs: percentile(took, 1),
    };
    if (problems.length > 0)
      return fail(
        `${problems.length} of ${counted(failed.length, 'failed operation')} got no proper fallback`,
        problems,
        figures,
      );
    if (failed.length < atLeast)
      return noData(
        `${counted(failed.length, 'operation')} failed, wanted ${atLeast}: no fallback was needed`,
        [],
        figures,
      );
    const retry = promise.retryAfter ? ' with Retry-After' : '';
    return pass(
      `all ${counted(failed.length, 'failed operation')} answered ${promise.status}${retry}, slowest ${Math.round(figures.maxMs)} ms`,
      [],
      figures,
    );
  },
});

/** No answer, or one that blames the server. A 4xx is the caller's own fault and no fallback. */
function isFailed({ outcome, status }: OperationRecord): boolean {
  return (
    outcome === 'error' && (status === undefined || status === 0 || status >= 500 || status === 408 || status === 429)
  );
}
