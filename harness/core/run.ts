/** The files of a run: what the experiment runner writes and what report, gate and replay read. All plain data. */
import type { CheckSpec } from './check.ts';
import type { ContractMatrix } from './contract.ts';
import type { FaultSpec } from './fault.ts';
import type { LoadResult } from './load.ts';
import type { PublishedRates } from './rates.ts';
import type { Topology } from './topology.ts';
import type { Verdict, VerdictStatus } from './verdict.ts';

export const RUN_SCHEMA = 1;

/** `run.json`. */
export interface RunFile {
  readonly schema: typeof RUN_SCHEMA;
  readonly id: string;
  readonly name: string;
  /** Epoch ms. */
  readonly startedAt: number;
  readonly endedAt: number;
  readonly seed: number;
  readonly runtime: 'native' | 'containers';
  readonly runtimeReason: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly commit?: string;
  readonly topology: Topology;
  readonly setup: readonly Timing[];
  readonly boot: readonly Timing[];
  readonly contracts?: ContractMatrix;
  readonly experiments: readonly ExperimentResult[];
  readonly defects?: readonly DefectResult[];
  /** Of `faultline load`. */
  readonly load?: LoadResult;
  /** As they were published when the run was made. */
  readonly rates?: PublishedRates;
  /** Attribution per edge measured by the control runs. */
  readonly attribution: readonly EdgeAttribution[];
  readonly verdict: VerdictStatus;
  readonly exitCode: number;
  /** True when the run was ended before all was done (Ctrl-C). */
  readonly interrupted?: boolean;
  /** Trouble of the harness itself, one sentence each. */
  readonly problems: readonly string[];
  /** How often each experiment was to run (`--repeat`), where more than once. */
  readonly repeat?: number;
  /** Slugs of what `--bail` left out, after something was not kept. */
  readonly notRun?: readonly string[];
  /** Says that this is one part of a run that was split over machines. */
  readonly shard?: ShardInfo;
  /** Says which parts this run was put together from. */
  readonly merged?: MergeInfo;
}

/** One part of a split run (`--shard 2/4`). */
export interface ShardInfo {
  /** From 1. */
  readonly index: number;
  readonly of: number;
  /** Names of everything the whole run consists of (slugs of experiments, or names of defects), in order. */
  readonly planned: readonly string[];
  /** What fell to this part; none when there are more parts than names. */
  readonly mine: readonly string[];
}

export interface MergeInfo {
  /** How many parts there should be. */
  readonly of: number;
  readonly parts: readonly MergedPart[];
  /** Parts that were not there, by number. */
  readonly missing: readonly number[];
}

export interface MergedPart {
  readonly index: number;
  /** Id of the part's own run. */
  readonly run: string;
  readonly seed: number;
  /** Names that fell to it. */
  readonly mine: readonly string[];
  readonly tookMs: number;
}

export interface Timing {
  readonly what: string;
  /** ms since the start of this phase. */
  readonly fromMs: number;
  readonly tookMs: number;
  readonly note?: string;
}

export interface EdgeAttribution {
  readonly edge: string;
  readonly exchanges: number;
  readonly attributed: number;
}

export interface ExperimentResult {
  readonly name: string;
  /** Slug used in file names and on the command line. */
  readonly slug: string;
  readonly hypothesis: string;
  readonly file: string;
  readonly topology: string;
  readonly verdict: VerdictStatus;
  readonly reason?: string;
  readonly control: CaseResult;
  readonly case?: CaseResult;
  /** The command that repeats it. */
  readonly repeat: string;
  /** Where it ran several times: every one of them. Verdict, control and case above are then those of the worst. */
  readonly repeats?: RepeatSummary;
}

/**
 * What the runs of one experiment together say. `pass`: each was kept. `flaky`: some were kept and some were not. `fail`: none was
 * kept, and one at least was broken. `unknown`: none was kept, none was broken.
 */
export type RepeatOutcome = 'pass' | 'flaky' | 'fail' | 'unknown';

export interface RepeatSummary {
  /** How often it was to run; fewer attempts than these mean that the run was ended before. */
  readonly asked: number;
  readonly outcome: RepeatOutcome;
  readonly counts: Readonly<Record<VerdictStatus, number>>;
  /** In the order they ran. */
  readonly attempts: readonly RepeatAttempt[];
}

export interface RepeatAttempt {
  readonly verdict: VerdictStatus;
  readonly reason?: string;
  /** The check that was not kept, and what it saw. */
  readonly summary?: string;
  /** Ids of its control run and of its case; their histories are kept. */
  readonly control: string;
  readonly case?: string;
  readonly tookMs: number;
  /** Durations to compare runs by: `quietAfterMs`, and `<check>.<figure>` of every figure in ms. */
  readonly figures: Readonly<Record<string, number>>;
}

/** One concrete run of the workload. */
export interface CaseResult {
  /** 16 hex digits. */
  readonly id: string;
  readonly kind: 'control' | 'case';
  readonly seed: number;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly faults: readonly FaultEvidence[];
  readonly verdicts: readonly Verdict[];
  readonly verdict: VerdictStatus;
  readonly reason?: string;
  /** `history/<file>` within the run folder. */
  readonly history: string;
  /** ms from the last heal until the case was quiet. */
  readonly quietAfterMs: number;
  readonly rerunAlone?: boolean;
  readonly scope: 'scoped' | 'alone';
  /** Final ledger, bounded, for the report. */
  readonly state: {
    readonly entities: number;
    readonly byState: Readonly<Record<string, number>>;
    readonly sums: Readonly<Record<string, number>>;
  };
  /** What was not back after the heal, one sentence each. */
  readonly notHealed: readonly string[];
  /** By what it was judged, so that its history can be judged again. */
  readonly judged?: JudgedBy;
}

/** `verdicts[at]` and those behind it are the answers to `checks`, in order; the others are facts of the run itself. */
export interface JudgedBy {
  readonly checks: readonly CheckSpec[];
  readonly at: number;
  /** The case whose history was the control. */
  readonly control?: string;
  /** Records that were lost before they could be read. */
  readonly lostRecords?: number;
}

export interface FaultEvidence {
  readonly id: string;
  readonly spec: FaultSpec;
  readonly hits: number;
  /** One sentence: where the hits were counted. */
  readonly countedBy: string;
  readonly injectedAt: number;
  readonly healedAt?: number;
  readonly firstHitAt?: number;
}

export interface DefectResult {
  readonly defect: string;
  readonly description: string;
  readonly service: string;
  readonly experiment: string;
  readonly expectedCheck: string;
  /** Found as DESIGN defines it. */
  readonly found: boolean;
  readonly foundBy: readonly string[];
  /** Why not, where it was not found. */
  readonly why?: string;
  readonly replacements: number;
  readonly tookMs: number;
  readonly topology?: string;
  /** From the start of the experiment with the defect in place to the verdict that names it, in ms. */
  readonly foundAfterMs?: number;
  /** Where it was hunted several times: how often it was found. `found` is then: every time. */
  readonly times?: { readonly of: number; readonly found: number };
}
