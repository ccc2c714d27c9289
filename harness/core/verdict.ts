/** Verdicts: pass, fail or unknown; the worst wins. */

export type VerdictStatus = 'pass' | 'fail' | 'unknown';

export type UnknownReason =
  | 'fault-never-landed'
  | 'not-steady-before'
  | 'check-crashed'
  | 'timed-out'
  | 'contaminated'
  | 'bypassed'
  | 'no-data'
  | 'records-lost'
  | 'interrupted'
  | 'not-attributed';

export type FailReason = 'broken-promise' | 'stuck' | 'workload-failed';

export interface Verdict {
  readonly check: string;
  readonly status: VerdictStatus;
  readonly reason?: UnknownReason | FailReason;
  /** One sentence with the figures it rests on. */
  readonly summary: string;
  /** The records, rows or figures that show it, most telling first; bounded. */
  readonly evidence: readonly string[];
  /** Figures for the report (recovery time, trips, leaks, …); units in the name. */
  readonly figures?: Readonly<Record<string, number>>;
}

const WEIGHT: Readonly<Record<VerdictStatus, number>> = { pass: 0, unknown: 1, fail: 2 };

/** The worst of the statuses: fail, then unknown, then pass. An empty list is `unknown`: nothing was judged. */
export function worstOf(statuses: readonly VerdictStatus[]): VerdictStatus {
  if (statuses.length === 0) return 'unknown';
  return statuses.reduce((worst, status) => (WEIGHT[status] > WEIGHT[worst] ? status : worst));
}
