/** What does not touch the fault does not feel it: all ok, and not slower than without it. */
import { z } from 'zod';
import type { OperationRecord } from '../../core/index.ts';
import { faultWindow, operationsOf, percentile } from '../case-view.ts';
import { defineCheck } from '../check.ts';
import { counted, fail, momentOf, noData, pass } from '../judgement.ts';

export default defineCheck({
  name: 'unaffected',
  summary: 'operations that do not touch the fault succeed, and are not slower than in the control run',
  options: z.strictObject({
    /** By name, or a prefix that ends in `*`. */
    operations: z.string(),
    /** The 95th percentile may be so many times the control run's. */
    factor: z.number().min(1).default(3),
    /** A 95th percentile below this is never called slow. */
    floorMs: z.number().min(0).default(100),
    /** No operation may take longer. */
    maxMs: z.number().positive().optional(),
    atLeast: z.int().min(1).default(1),
  }),
  underLoad: (options) => ({ options, requests: true }),
  judge(input, { operations, factor, floorMs, maxMs, atLeast }) {
    const window = faultWindow(input);
    if (window === undefined) return noData('nothing was injected');
    const during = operationsOf(input.history, input.caseId, operations).filter(
      ({ at, endAt }) => endAt >= window.fromMs && at <= window.toMs,
    );
    const control = operationsOf(input.control ?? [], undefined, operations);
    const [p95Ms, controlP95Ms] = [percentile(during.map(tookOf), 0.95), percentile(control.map(tookOf), 0.95)];
    const figures = { judged: during.length, p95Ms, controlP95Ms, maxMs: percentile(during.map(tookOf), 1) };
    const shown = (operation: OperationRecord) =>
      `${operation.name} at ${momentOf(input, operation.at)}: ${operation.status || operation.outcome}, ${Math.round(tookOf(operation))} ms`;
    if (during.length < atLeast)
      return noData(
        `${counted(during.length, 'operation')} ${operations} while the fault was on, wanted ${atLeast}`,
        [],
        figures,
      );
    const failed = during.filter(({ outcome }) => outcome !== 'ok');
    if (failed.length > 0)
      return fail(
        `${failed.length} of ${counted(during.length, 'operation')} ${operations} failed`,
        failed.map(shown),
        figures,
      );
    const slowestFirst = during.toSorted((a, b) => tookOf(b) - tookOf(a)).map(shown);
    if (maxMs !== undefined && figures.maxMs > maxMs)
      return fail(
        `${operations} took up to ${Math.round(figures.maxMs)} ms, allowed are ${maxMs}`,
        slowestFirst,
        figures,
      );
    if (control.length === 0 && maxMs === undefined)
      return noData(`the control run has no ${operations} to compare with`, [], figures);
    const allowedMs = Math.max(factor * controlP95Ms, floorMs);
    if (control.length > 0 && p95Ms > allowedMs) {
      return fail(
        `${operations} became slow: p95 ${Math.round(p95Ms)} ms, without the fault ${Math.round(controlP95Ms)} ms`,
        slowestFirst,
        figures,
      );
    }
    return pass(
      `${counted(during.length, 'operation')} ${operations} ok, p95 ${Math.round(p95Ms)} ms (control ${Math.round(controlP95Ms)} ms)`,
      [],
      figures,
    );
  },
});

function tookOf({ at, endAt }: OperationRecord): number {
  return endAt - at;
}
