/** Only what was said may get worse gets worse: every kind of operation at the door against the control run. */
import { z } from 'zod';
import type { OperationRecord } from '../../core/index.ts';
import { faultWindow, groupBy, matches, operationsOf, percentile } from '../case-view.ts';
import { defineCheck } from '../check.ts';
import { counted, fail, noData, pass } from '../judgement.ts';

export default defineCheck({
  name: 'blast-radius',
  summary: 'while the fault is on, only the operations that were named get worse than in the control run',
  options: z.strictObject({
    /** Operations that may fail or become slow, by name, or a prefix that ends in `*`. */
    mayWorsen: z.array(z.string()).default([]),
    /** The 95th percentile may be so many times the control run's, and is never called slow below the floor. */
    factor: z.number().min(1).default(3),
    floorMs: z.number().min(0).default(100),
    /** Kinds of operation outside of `mayWorsen` that must have been tried meanwhile. */
    atLeast: z.int().min(1).default(1),
  }),
  underLoad: (options) => ({ options, requests: true }),
  judge(input, { mayWorsen, factor, floorMs, atLeast }) {
    const window = faultWindow(input);
    if (window === undefined) return noData('nothing was injected');
    const during = operationsOf(input.history, input.caseId).filter(
      ({ at, endAt }) => endAt >= window.fromMs && at <= window.toMs,
    );
    const control = groupBy(operationsOf(input.control ?? []), kindOf);
    const kinds = [...groupBy(during, kindOf)].map(([kind, operations]) =>
      compared(kind, operations, control.get(kind) ?? []),
    );
    const worse = kinds.filter(
      ({ failed, p95Ms, controlP95Ms, seen }) =>
        failed > 0 || (seen && p95Ms > Math.max(floorMs, factor * controlP95Ms)),
    );
    const allowed = (kind: string) => mayWorsen.some((pattern) => matches(pattern, kind));
    const broken = worse.filter(({ kind }) => !allowed(kind));
    const safe = kinds.filter(({ kind, seen }) => !allowed(kind) && seen);
    const figures = { kinds: kinds.length, worse: worse.length, broken: broken.length };
    if (broken.length > 0)
      return fail(
        `${counted(broken.length, 'kind')} of operation got worse that should not have`,
        broken.map(textOf),
        figures,
      );
    if (safe.length < atLeast)
      return noData(
        `${counted(safe.length, 'kind')} of operation to compare beside those that may get worse, wanted ${atLeast}`,
        [],
        figures,
      );
    const shown = worse.length === 0 ? 'nothing' : worse.map(({ kind }) => kind).join(', ');
    return pass(
      `got worse: ${shown}; as before: ${safe.map(({ kind }) => kind).join(', ')}`,
      worse.map(textOf),
      figures,
    );
  },
});

interface Compared {
  readonly kind: string;
  readonly count: number;
  readonly failed: number;
  readonly p95Ms: number;
  readonly controlP95Ms: number;
  /** The control run has such operations. */
  readonly seen: boolean;
}

/** Ids and numbers in the path do not make another kind. */
function kindOf({ name }: OperationRecord): string {
  return name.replaceAll(/\/(?=[^/]*\d)[\w.:-]{6,}(?=\/|\?|$)/g, '/:id').replace(/\?.*$/, '');
}

function compared(kind: string, operations: readonly OperationRecord[], control: readonly OperationRecord[]): Compared {
  const p95 = (some: readonly OperationRecord[]) =>
    percentile(
      some.map(({ at, endAt }) => endAt - at),
      0.95,
    );
  const controlFails = control.some(({ outcome }) => outcome !== 'ok');
  return {
    kind,
    count: operations.length,
    failed: controlFails ? 0 : operations.filter(({ outcome }) => outcome !== 'ok').length,
    p95Ms: p95(operations),
    controlP95Ms: p95(control),
    seen: control.length > 0,
  };
}

function textOf({ kind, count, failed, p95Ms, controlP95Ms }: Compared): string {
  return `${kind}: ${failed} of ${count} failed, p95 ${Math.round(p95Ms)} ms (control ${Math.round(controlP95Ms)} ms)`;
}
