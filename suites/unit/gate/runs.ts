/** Small recorded runs for tests of the gate: made up from the sample, with the verdicts and durations a test asks for. */
import { makeSampleRun } from '../../../fixtures/sample-run/run.ts';
import type { CaseResult, ExperimentResult, RunFile, VerdictStatus } from '../../../harness/core/index.ts';
import { foldRepeats } from '../../../harness/experiment/repeat.ts';

const sample = makeSampleRun({ orders: 1 });
const [model] = sample.run.experiments as [ExperimentResult];
const modelCase = model.case as CaseResult;
const faults = modelCase.faults.map((fault) => ({ ...fault, hits: 3 }));

/** One run of an experiment: how it ended, and how long it took to be quiet. */
export interface Attempt {
  readonly verdict?: VerdictStatus;
  readonly quietMs?: number;
  readonly recoveryMs?: number;
}

let made = 0;

export function attemptOf(
  slug: string,
  { verdict = 'pass', quietMs = 100, recoveryMs }: Attempt = {},
): ExperimentResult {
  const id = (++made).toString(16).padStart(16, '0');
  const figures = recoveryMs === undefined ? {} : { figures: { recoveryMs, withinMs: 9_000 } };
  const reason = verdict === 'fail' ? 'broken-promise' : 'no-data';
  const checked = { check: 'recovery', status: verdict, summary: `${slug} was ${verdict}`, evidence: [], ...figures };
  const withFaults: CaseResult = {
    ...modelCase,
    faults,
    id,
    verdict,
    verdicts: [checked],
    quietAfterMs: quietMs,
    history: `history/${id}.ndjson`,
    ...(verdict === 'pass' ? {} : { reason }),
  };
  const { reason: _, repeats: __, ...base } = model;
  return {
    ...base,
    ...(verdict === 'pass' ? {} : { reason }),
    name: `the ${slug} experiment`,
    slug,
    file: `suites/chaos/${slug}.chaos.ts`,
    verdict,
    control: { ...model.control, verdict: 'pass' },
    case: withFaults,
    repeat: `npx faultline replay ${slug} --seed 1`,
  };
}

/** An experiment that ran once, or several times. */
export function experimentOf(slug: string, ...attempts: readonly Attempt[]): ExperimentResult {
  const all = attempts.length === 0 ? [{}] : attempts;
  return foldRepeats(
    all.map((attempt) => attemptOf(slug, attempt)),
    all.length,
  );
}

/** So many runs with these times to quiet, all kept. */
export function timed(slug: string, ...quietMs: readonly number[]): ExperimentResult {
  return experimentOf(slug, ...quietMs.map((value) => ({ quietMs: value })));
}

/** A whole run, contracts that all hold included. */
export function runOf(experiments: readonly ExperimentResult[], more: Partial<RunFile> = {}): RunFile {
  const { defects: _, contracts, ...base } = sample.run;
  const pairs = (contracts?.pairs ?? []).map(({ problem: __, ...pair }) => ({
    ...pair,
    verdict: 'pass' as const,
    interactions: pair.interactions.map((one) => ({ ...one, verdict: 'pass' as const, problems: [] })),
  }));
  return {
    ...base,
    id: `20260116T100000-run-${++made}`,
    contracts: { pairs, verdict: 'pass', tookMs: 10 },
    experiments,
    verdict: 'pass',
    exitCode: 0,
    ...more,
  };
}
