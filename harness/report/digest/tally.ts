/**
 * How many promises were kept, broken and unknown; an experiment counts as one, and so does the contract of one
 * pair, and a load.
 */
import type { RunFile, VerdictStatus } from '../../core/index.ts';

export type Counts = Readonly<Record<VerdictStatus, number>>;

export interface Tally {
  readonly all: Counts;
  readonly experiments: Counts;
  readonly contracts: Counts;
  /** Defects found, and all of them. */
  readonly defects?: { readonly found: number; readonly all: number };
}

/**
 * True for a run that only hunts planted defects: there a broken promise is what is wanted, and finding each
 * defect is the promise.
 */
export function isHunt(run: RunFile): boolean {
  return run.defects !== undefined && run.contracts === undefined;
}

export function tallyOf(run: RunFile): Tally {
  const experiments = countsOf(run.experiments.map((experiment) => experiment.verdict));
  const contracts = countsOf((run.contracts?.pairs ?? []).map((pair) => pair.verdict));
  const load = countsOf(run.load === undefined ? [] : [run.load.verdict]);
  const tally: { -readonly [Key in keyof Tally]: Tally[Key] } = {
    experiments,
    contracts,
    all: {
      pass: experiments.pass + contracts.pass + load.pass,
      fail: experiments.fail + contracts.fail + load.fail,
      unknown: experiments.unknown + contracts.unknown + load.unknown,
    },
  };
  if (run.defects === undefined) return tally;
  if (isHunt(run)) tally.all = countsOf(run.defects.map((defect) => (defect.found ? 'pass' : 'fail')));
  return { ...tally, defects: { found: run.defects.filter((defect) => defect.found).length, all: run.defects.length } };
}

export function totalOf(counts: Counts): number {
  return counts.pass + counts.fail + counts.unknown;
}

function countsOf(statuses: readonly VerdictStatus[]): Counts {
  const of = (wanted: VerdictStatus) => statuses.filter((status) => status === wanted).length;
  return { pass: of('pass'), fail: of('fail'), unknown: of('unknown') };
}
