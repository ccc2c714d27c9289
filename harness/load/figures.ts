/** From what a load gathered to its figures: phases, series, thresholds, recovery, error budget, amplification. */
import type { FinalState, LoadResult, LoadThreshold } from '../core/index.ts';
import type { Gathered } from './gathered.ts';
import { recoveryOf } from './recovery.ts';
import { judgeThreshold, type Threshold } from './threshold.ts';

export interface FigureOptions {
  /** Share of requests that must succeed. Default 0.99. */
  readonly target?: number;
  readonly thresholds: readonly (Threshold & { readonly by: LoadThreshold['by'] })[];
}

export type LoadFigures = Pick<
  LoadResult,
  'phases' | 'series' | 'thresholds' | 'budget' | 'amplification' | 'recovery' | 'accepted' | 'dropped'
>;

export function figuresOf({ target = 0.99, thresholds }: FigureOptions, gathered: Gathered): LoadFigures {
  const { tally, times, calls } = gathered;
  const { accepted, dropped } = tally;
  const phases = tally.phases();
  const series = tally.series();
  const { requests = 0, errors = 0 } = phases[0] ?? {};
  const allowed = (1 - target) * requests;
  const budget = { target, errors, allowed, used: allowed > 0 ? errors / allowed : 0 };
  const before = phases.find(({ phase }) => phase === 'before');
  const healedMs = times.healedAt === undefined ? undefined : times.healedAt - (tally.startedAt ?? times.healedAt);
  const recovery = healedMs === undefined ? undefined : recoveryOf(before, series, healedMs);
  const measured = { phases, dropped, recoveryMs: recovery?.tookMs, budgetUsed: budget.used };
  return {
    phases,
    series,
    thresholds: thresholds.map((threshold) => judgeThreshold(threshold, threshold.by, measured)),
    budget,
    amplification: calls.result(),
    ...(recovery ? { recovery } : {}),
    accepted,
    dropped,
  };
}

/** The final ledger, bounded, for the report. */
export function summaryOf(state: FinalState | undefined): LoadResult['state'] {
  const byState: Record<string, number> = {};
  const sums: Record<string, number> = {};
  for (const { state: name } of state?.entities ?? []) byState[name] = (byState[name] ?? 0) + 1;
  for (const { kind, amount } of state?.entries ?? []) sums[kind] = (sums[kind] ?? 0) + amount;
  return { entities: state?.entities.length ?? 0, byState, sums };
}
