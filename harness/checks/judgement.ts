/** The three answers of a check, with evidence that stays small. */
import type { CheckInput, FailReason, UnknownReason } from '../core/index.ts';
import type { Judgement } from './check.ts';

/** Pieces of evidence kept per verdict; what is left out is counted. */
const MOST_EVIDENCE = 20;
const MOST_TEXT = 400;

type Figures = Readonly<Record<string, number>>;

export function pass(summary: string, evidence: readonly string[] = [], figures?: Figures): Judgement {
  return { status: 'pass', summary, evidence: bounded(evidence), ...(figures && { figures: rounded(figures) }) };
}

export function fail(
  summary: string,
  evidence: readonly string[],
  figures?: Figures,
  reason: FailReason = 'broken-promise',
): Judgement {
  return {
    status: 'fail',
    reason,
    summary,
    evidence: bounded(evidence),
    ...(figures && { figures: rounded(figures) }),
  };
}

/** There was nothing to judge by. */
export function noData(summary: string, evidence: readonly string[] = [], figures?: Figures): Judgement {
  return unknown('no-data', summary, evidence, figures);
}

export function unknown(
  reason: UnknownReason,
  summary: string,
  evidence: readonly string[] = [],
  figures?: Figures,
): Judgement {
  return {
    status: 'unknown',
    reason,
    summary,
    evidence: bounded(evidence),
    ...(figures && { figures: rounded(figures) }),
  };
}

/** `+1234 ms`: a time of the history, counted from its first record. */
export function momentOf(input: CheckInput, at: number): string {
  const startMs = input.history[0]?.at ?? at;
  return `${at < startMs ? '-' : '+'}${Math.abs(Math.round(at - startMs))} ms`;
}

/** `3 orders`, `1 order`. */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : plural}`;
}

function bounded(evidence: readonly string[]): readonly string[] {
  const kept = evidence
    .slice(0, MOST_EVIDENCE)
    .map((text) => (text.length > MOST_TEXT ? `${text.slice(0, MOST_TEXT)}…` : text));
  return evidence.length > kept.length ? [...kept, `… and ${evidence.length - kept.length} more`] : kept;
}

function rounded(figures: Figures): Figures {
  return Object.fromEntries(Object.entries(figures).map(([name, value]) => [name, Math.round(value * 10) / 10]));
}
