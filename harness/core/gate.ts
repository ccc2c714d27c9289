/** The result of the gate, `gate.json`: every rule with its result, passed ones too. All plain data. */
import type { VerdictStatus } from './verdict.ts';

export const GATE_SCHEMA = 1;

/** What a rule does to the exit code: nothing, nothing but being shown, or everything. */
export type GateLevel = 'off' | 'warn' | 'error';

/** `off`: the rule was not asked, or has nothing to judge in this run; its summary says why. */
export type GateStatus = VerdictStatus | 'off';

export interface GateResult {
  readonly schema: typeof GATE_SCHEMA;
  /** The run that was judged. */
  readonly run: GateRun;
  /** The run it was compared with. */
  readonly baseline?: GateRun;
  /** Epoch ms. */
  readonly judgedAt: number;
  /** The worst of the rules at level `error`. */
  readonly verdict: VerdictStatus;
  readonly exitCode: number;
  /** In the order they are shown. */
  readonly rules: readonly GateRuleResult[];
  readonly quarantine: readonly QuarantineState[];
}

export interface GateRun {
  readonly id: string;
  readonly name: string;
  readonly topology: string;
  readonly startedAt: number;
  readonly commit?: string;
  /** How many experiments and contracts it holds, and how many of them were kept. */
  readonly promises: Readonly<Record<VerdictStatus, number>>;
}

export interface GateRuleResult {
  readonly rule: string;
  /** What it asks, one clause. */
  readonly asks: string;
  readonly level: GateLevel;
  readonly status: GateStatus;
  /** One sentence with the figures it rests on. */
  readonly summary: string;
  /** Worst first. */
  readonly findings: readonly GateFinding[];
}

/** One thing a rule has found. */
export interface GateFinding {
  /** `fail` and `unknown` count; `pass` is shown only (a quarantined failure, an improvement). */
  readonly status: VerdictStatus;
  /** What it is about: the name of an experiment, `contract gateway -> order`, an edge. */
  readonly subject: string;
  /** One sentence. */
  readonly what: string;
  /** Where it is defined, relative to the project. */
  readonly file?: string;
  /** A text by which its line in that file is known: the name of the experiment, the description of the interaction. */
  readonly named?: string;
  /** From 1. */
  readonly line?: number;
  /** The command that repeats it. */
  readonly repeat?: string;
  /** Why it does not count: the ticket of its quarantine. */
  readonly ticket?: string;
}

/** An experiment that is known to fail: it still runs and is shown, and does not gate until the entry expires. */
export interface QuarantineEntry {
  /** Slug or name. */
  readonly experiment: string;
  readonly reason: string;
  /** Where the repair is followed up: an id or an address. */
  readonly ticket: string;
  /** Last day on which it holds, `2026-12-31`, UTC. */
  readonly expires: string;
}

export interface QuarantineState {
  /** `active`: holds and covers a failure. `idle`: holds, and the experiment is kept. The others have no effect. */
  readonly state: 'active' | 'idle' | 'expired' | 'unknown-name' | 'malformed';
  readonly experiment: string;
  /** One sentence. */
  readonly what: string;
  readonly ticket?: string;
  readonly expires?: string;
}
