/** Which fault phase a request belongs to, by the times at which faults were put on and taken off. */
import type { LoadPhaseName } from '../core/index.ts';

export interface FaultTimes {
  /** Just before the first injection, epoch ms; undefined while none is on. */
  readonly injectedAt: number | undefined;
  /** Just after the last heal. */
  readonly healedAt: number | undefined;
}

/**
 * `before` ended before the first fault, `after` began after the last heal; what overlaps the faults at all is `during`, since a
 * request that was under way may have felt them. Safe to ask as points come in: a fault that is not on yet cannot have touched
 * what has ended.
 */
export function phaseOf(fromMs: number, toMs: number, { injectedAt, healedAt }: FaultTimes): LoadPhaseName {
  if (injectedAt === undefined || toMs < injectedAt) return 'before';
  return healedAt !== undefined && fromMs > healedAt ? 'after' : 'during';
}
