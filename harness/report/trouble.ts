/** What to look at first: what broke first in time, or else what is unknown first, with the command that repeats it. */
import type { LoadResult, RunFile, Verdict, VerdictStatus } from '../core/index.ts';
import { worstOf } from '../core/index.ts';
import type { ExperimentView, FirstTrouble, PairView } from './view.ts';
import { REASONS } from './words.ts';

const REPEAT_DEFECT = 'npx faultline defects';

/** The command that verifies the contracts of a run's topology again. */
export function repeatContracts(topology: string): string {
  return `npx faultline contracts verify --topology ${topology}`;
}

/** Contracts are verified before the first experiment, so a broken one comes first. */
export function firstTrouble(
  experiments: readonly ExperimentView[],
  pairs: readonly PairView[],
  topology: string,
  load?: LoadResult,
): FirstTrouble | undefined {
  for (const status of ['fail', 'unknown'] as const) {
    const pair = pairs.find((candidate) => candidate.pair.verdict === status);
    if (pair !== undefined) return pairTrouble(pair, topology);
    const [first] = experiments
      .filter(({ result }) => result.verdict === status)
      .sort((a, b) => startOf(a) - startOf(b));
    if (first !== undefined) {
      const { result, anchor } = first;
      return { status, name: result.name, anchor, what: whatHappened(result), repeat: result.repeat };
    }
    if (load?.verdict === status) return loadTrouble(load, status);
  }
  return undefined;
}

/** One sentence on why an experiment is not kept: its worst check, or the reason of the whole. */
export function whatHappened(result: RunFile['experiments'][number]): string {
  const { repeats } = result;
  const often =
    repeats?.outcome === 'flaky' ? `flaky, kept in ${repeats.counts.pass} of ${repeats.attempts.length} runs; ` : '';
  return `${often}${worstSeen(result)}`;
}

function worstSeen(result: RunFile['experiments'][number]): string {
  const worst = worstVerdict(result.case?.verdicts ?? result.control.verdicts, result.verdict);
  const reason = result.reason ?? result.case?.reason ?? result.control.reason;
  if (worst !== undefined && (reason === undefined || worst.status === 'fail'))
    return `${worst.check}: ${worst.summary}`;
  if (reason !== undefined) return reasonText(reason);
  return worst === undefined ? 'No check gave a reason.' : `${worst.check}: ${worst.summary}`;
}

/** The sentence of a known reason after its word; any other text as it is. */
export function reasonText(reason: string): string {
  const known = Object.hasOwn(REASONS, reason) ? REASONS[reason as keyof typeof REASONS] : undefined;
  return known === undefined ? reason : `${reason}: ${known}`;
}

function worstVerdict(verdicts: readonly Verdict[], status: string): Verdict | undefined {
  if (verdicts.length === 0) return undefined;
  const worst = worstOf(verdicts.map((verdict) => verdict.status));
  if (worst === 'pass') return undefined;
  return verdicts.find((verdict) => verdict.status === status) ?? verdicts.find((verdict) => verdict.status === worst);
}

function loadTrouble(load: LoadResult, status: VerdictStatus): FirstTrouble {
  return { status, name: `load ${load.scenario}`, anchor: 'load', what: whatLoadShowed(load), repeat: load.repeat };
}

/** One sentence on why a load is not kept. */
export function whatLoadShowed({ verdicts, verdict }: LoadResult): string {
  const worst = worstVerdict(verdicts, verdict);
  return worst === undefined ? 'No check gave a reason.' : `${worst.check}: ${worst.summary}`;
}

/** In a hunt the trouble is a defect that nobody saw. */
export function missedDefect(run: RunFile): FirstTrouble | undefined {
  const missed = run.defects?.find((defect) => !defect.found);
  if (missed === undefined) return undefined;
  const what =
    `${missed.description}: ${missed.expectedCheck} did not see ` +
    `it${missed.why === undefined ? '' : ` (${missed.why})`}`;
  return { status: 'fail', name: missed.defect, anchor: 'defects', what, repeat: `${REPEAT_DEFECT} ${missed.defect}` };
}

function pairTrouble({ pair, anchor }: PairView, topology: string): FirstTrouble {
  const bad = pair.interactions.find((interaction) => interaction.verdict === pair.verdict);
  const detail =
    bad === undefined ? 'no interaction is named' : `${bad.description}: ${bad.problems[0] ?? 'no reason given'}`;
  return {
    status: pair.verdict,
    name: `contract ${pair.consumer} → ${pair.provider}`,
    anchor,
    what: pair.problem ?? detail,
    repeat: repeatContracts(topology),
  };
}

function startOf({ result }: ExperimentView): number {
  return result.case?.startedAt ?? result.control.startedAt;
}
