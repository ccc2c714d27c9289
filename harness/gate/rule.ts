/** What a rule of the gate is: one file in `rules/`, a pure question to a saved run. */
import type { z } from 'zod';
import type { GateFinding, GateLevel, GateStatus, RunFile } from '../core/index.ts';
import type { Comparison } from '../report/index.ts';
import type { Quarantine } from './quarantine.ts';

export interface GateInput {
  readonly run: RunFile;
  /** With the baseline, where one was named. */
  readonly comparison?: Comparison;
  readonly quarantine: Quarantine;
}

/** What a rule answers, before its name and level are put on it. */
export interface RuleOutcome {
  readonly status: GateStatus;
  /** One sentence with the figures it rests on. */
  readonly summary: string;
  readonly findings: readonly GateFinding[];
}

export interface Rule {
  /** The file's name, and its key in the configuration. */
  readonly name: string;
  /** Place in the list; low comes first. */
  readonly order: number;
  /** What it asks, one clause. */
  readonly asks: string;
  /** Where the configuration says nothing. */
  readonly level: GateLevel;
  /** Options beside `level`, with their defaults. */
  readonly options: z.ZodObject;
  /** Also for a run that hunts planted defects, where broken promises are what is wanted. */
  readonly hunts?: boolean;
  /** Exit code where it fails at level `error`: 1, or 3 for trouble of the harness. */
  readonly exitCode?: 1 | 3;
  readonly judge: (input: GateInput, options: never) => RuleOutcome;
}

interface RuleDefinition<Options extends z.ZodObject> extends Omit<Rule, 'options' | 'judge'> {
  readonly options: Options;
  readonly judge: (input: GateInput, options: z.output<Options>) => RuleOutcome;
}

/** Declares a rule; the options of `judge` have the type of the schema. */
export function defineRule<Options extends z.ZodObject>(definition: RuleDefinition<Options>): Rule {
  return definition;
}

/** The rule has nothing to judge in this run. */
export function notAsked(summary: string): RuleOutcome {
  return { status: 'off', summary, findings: [] };
}

/** Nothing can be said, for one reason. */
export function notKnown(summary: string): RuleOutcome {
  return { status: 'unknown', summary, findings: [] };
}

/** The worst of the findings is the status; those that are quarantined or shown only are `pass`. Worst first. */
export function outcome(summary: string, findings: readonly GateFinding[]): RuleOutcome {
  const weight = { fail: 0, unknown: 1, pass: 2 } as const;
  const ordered = findings.toSorted((a, b) => weight[a.status] - weight[b.status]);
  return { status: ordered[0]?.status ?? 'pass', summary, findings: ordered };
}
