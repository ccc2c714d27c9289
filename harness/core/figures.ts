/** The durations by which two runs of one experiment can be compared: how long until quiet, and what its checks measured. */
import type { CaseResult } from './run.ts';

/** Figures of checks that are declared, or belong to the control run: nobody gets slower by them. */
const NOT_MEASURED = new Set(['withinMs', 'controlP95Ms']);

/**
 * Durations of a case in ms, to one decimal: `quietAfterMs`, and `<check>.<figure>`. A check that stands twice in an experiment has its
 * second figures under `<check>-2`.
 */
export function figuresOf({ verdicts, quietAfterMs }: CaseResult): Record<string, number> {
  const figures: Record<string, number> = { quietAfterMs: rounded(quietAfterMs) };
  const seen = new Map<string, number>();
  for (const { check, figures: own = {} } of verdicts) {
    const times = (seen.get(check) ?? 0) + 1;
    seen.set(check, times);
    for (const [name, value] of Object.entries(own)) {
      if (!/[a-z0-9]Ms$/.test(name) || NOT_MEASURED.has(name)) continue;
      figures[`${times === 1 ? check : `${check}-${times}`}.${name}`] = rounded(value);
    }
  }
  return figures;
}

function rounded(valueMs: number): number {
  return Math.round(valueMs * 10) / 10;
}
