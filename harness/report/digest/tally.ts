/** How many promises were kept, broken and unknown; an experiment counts as one, and so does the contract of one pair. */
import type { RunFile, VerdictStatus } from '../../core/index.ts';

export type Counts = Readonly<Record<VerdictStatus, number>>;

export interface Tally {
  readonly all: Counts;
  readonly experiments: Counts;
  readonly contracts: Counts;
  /** Defects found, and all of them. */
  readonly defects?: { readonly found: number; readonly all: number };
}

export function tallyOf(run: RunFile): Tally {
  const experiments = countsOf(run.experiments.map((experiment) => experiment.verdict));
  const contracts = countsOf((run.contracts?.pairs ?? []).map((pair) => pair.verdict));
  const tally = {
    experiments,
    contracts,
    all: {
      pass: experiments.pass + contracts.pass,
      fail: experiments.fail + contracts.fail,
      unknown: experiments.unknown + contracts.unknown,
    },
  };
  if (run.defects === undefined) return tally;
  return { ...tally, defects: { found: run.defects.filter((defect) => defect.found).length, all: run.defects.length } };
}

export function totalOf(counts: Counts): number {
  return counts.pass + counts.fail + counts.unknown;
}

function countsOf(statuses: readonly VerdictStatus[]): Counts {
  const of = (wanted: VerdictStatus) => statuses.filter((status) => status === wanted).length;
  return { pass: of('pass'), fail: of('fail'), unknown: of('unknown') };
}
