/** A load as plain data: what was asked of the system, how it answered in each fault phase, and what that cost behind the door. */
import type { CheckSpec } from './check.ts';
import type { CaseResult, FaultEvidence } from './run.ts';
import type { Verdict, VerdictStatus } from './verdict.ts';

/** `before` ended before the first fault, `after` began after the last heal, `during` overlaps the faults, `all` is the whole load. */
export type LoadPhaseName = 'all' | 'before' | 'during' | 'after';

export interface LoadResult {
  readonly scenario: string;
  readonly description: string;
  /** Of the scenario, relative to the project. */
  readonly file: string;
  /** 16 hex digits; every request and everything it made belongs to it. */
  readonly caseId: string;
  readonly seed: number;
  /** Arrivals per second asked for (the highest of the scenario), and for how long. */
  readonly rate: number;
  readonly durationMs: number;
  readonly startedAt: number;
  readonly endedAt: number;
  /** The experiment whose faults were on in the middle third. */
  readonly with?: { readonly name: string; readonly slug: string };
  readonly engine: LoadEngine;
  /** `all` first; the others where faults were on. */
  readonly phases: readonly LoadPhase[];
  readonly series: LoadSeries;
  readonly thresholds: readonly LoadThreshold[];
  readonly recovery?: LoadRecovery;
  readonly amplification: readonly LoadAmplification[];
  readonly budget: LoadBudget;
  readonly faults: readonly FaultEvidence[];
  /** Requests that were answered with something made (orders accepted). */
  readonly accepted: number;
  /** Arrivals that could not be started because every virtual user was busy. */
  readonly dropped: number;
  /** ms from the end of the load, or the last heal, until the system was quiet. */
  readonly quietAfterMs: number;
  readonly state: CaseResult['state'];
  /** `history/<file>` in the run folder: faults, what services said, and the exchanges of the edges under fault, newest kept. */
  readonly history: string;
  /** Every request as one line, in the run folder. */
  readonly points: string;
  /** Resident memory of the harness and of the wire. */
  readonly memory: LoadMemory;
  readonly notHealed: readonly string[];
  readonly verdicts: readonly Verdict[];
  /** Checks of the experiment that say nothing under load, and why. */
  readonly notJudged?: readonly LoadNotJudged[];
  /** By what its ledger was judged; absent where there was no time to read it. */
  readonly judged?: LoadJudgedBy;
  readonly verdict: VerdictStatus;
  readonly reason?: string;
  /** The command that repeats it. */
  readonly repeat: string;
}

/** `verdicts[at]` and all behind it are about what the load made; those before are about the load itself. */
export interface LoadJudgedBy {
  readonly checks: readonly CheckSpec[];
  readonly caps: readonly LoadCap[];
  readonly at: number;
  readonly lostRecords: number;
}

/** Ledger entries of `kind` under `key`, less those of `less`, sum up to at most `atMost`. */
export interface LoadCap {
  readonly kind: string;
  readonly key: string;
  readonly less?: string;
  readonly atMost: number;
}

export interface LoadNotJudged {
  readonly check: string;
  readonly why: string;
}

/** Bytes at the start of the load, at the highest, and over time. */
export interface LoadMemory {
  readonly startBytes: number;
  readonly peakBytes: number;
  readonly samples?: readonly LoadMemorySample[];
}

export interface LoadMemorySample {
  /** ms since the load began. */
  readonly fromMs: number;
  readonly harnessBytes: number;
  /** Absent where the wire is no process of this machine. */
  readonly wireBytes?: number;
}

export interface LoadEngine {
  readonly name: 'k6';
  readonly version: string;
  /** Processes that shared the load. */
  readonly processes: number;
  /** The worst of their exit codes. */
  readonly exitCode: number;
  /** `thresholds`: its own thresholds failed, which is a verdict. `broken`: the load itself went wrong. */
  readonly end: 'completed' | 'thresholds' | 'stopped' | 'broken';
  /** What it said, where it did not complete; one sentence. */
  readonly said?: string;
}

export interface LoadPhase {
  readonly phase: LoadPhaseName;
  readonly fromMs: number;
  readonly toMs: number;
  readonly requests: number;
  /** No answer, or a status of 400 and above. */
  readonly errors: number;
  /** Requests by status; 0 is no answer. */
  readonly statuses: Readonly<Record<string, number>>;
  /** Of the requests that were answered or timed out. Absent where there are none. */
  readonly latency?: LoadLatency;
  /** Requests per second. */
  readonly throughput: number;
  /** Log-linear: [slot, count] pairs in microseconds, from which phases of several loads can be merged. */
  readonly histogram: readonly (readonly [slot: number, count: number])[];
}

/** Milliseconds, right to `LATENCY_RESOLUTION` of the value. */
export interface LoadLatency {
  readonly p50: number;
  readonly p90: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

export interface LoadSeries {
  /** Width of a step in ms; it doubles when a load is long, so that there are never many. */
  readonly stepMs: number;
  readonly steps: readonly LoadStep[];
}

export interface LoadStep {
  /** ms since the load began. */
  readonly fromMs: number;
  readonly requests: number;
  readonly errors: number;
  readonly p50?: number;
  readonly p95?: number;
}

export interface LoadThreshold {
  /** As it was written: `during:p95<500`. */
  readonly text: string;
  readonly phase: LoadPhaseName;
  readonly status: VerdictStatus;
  /** What was measured; absent where there was nothing to measure. */
  readonly value?: number;
  readonly unit: string;
  /** `scenario` declared it, or the `command` line asked for it. */
  readonly by: 'scenario' | 'command';
}

/** From the last heal until errors and p95 were back to what they were before, for good. */
export interface LoadRecovery {
  /** Absent: not back by the end of the load. */
  readonly tookMs?: number;
  /** One sentence: what counted as back. */
  readonly rule: string;
}

/** Calls on an edge behind the door for each call at the door. */
export interface LoadAmplification {
  readonly edge: string;
  readonly phase: LoadPhaseName;
  readonly calls: number;
  /** Calls at the door in that phase. */
  readonly atDoor?: number;
  readonly perCall: number;
}

export interface LoadBudget {
  /** Share of requests that must succeed, 0 to 1. */
  readonly target: number;
  readonly errors: number;
  /** Errors that the target allows over the whole load. */
  readonly allowed: number;
  /** errors / allowed; 1 is all of it. */
  readonly used: number;
}
