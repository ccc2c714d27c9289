/** Annotations as GitHub's workflow commands: on the line of the experiment or contract, worst first, ten at most. */
import type { GateFinding, GateResult } from '../../core/index.ts';
import { shorten } from '../../report/index.ts';

/** GitHub shows ten of a step and drops the rest. */
const MOST = 10;
const MESSAGE_MAX = 1_000;

interface Said {
  readonly level: 'error' | 'warning';
  readonly rule: string;
  readonly findings: readonly GateFinding[];
  /** What to say where the findings belong to no line: the rule as a whole. */
  readonly summary: string;
}

/**
 * `::error file=…,line=…,title=…::message`, one a line; what gates comes first, warnings after it. What several rules say of one
 * experiment or contract is one annotation, and so are the findings of a rule that belong to neither (edges).
 */
export function annotationsOf({ rules }: GateResult): string[] {
  const said = rules.flatMap(({ rule, level, status, summary, findings }): Said[] => {
    if (level === 'off' || status === 'off' || status === 'pass') return [];
    const counted = findings.filter((finding) => finding.status !== 'pass');
    const placed = counted.filter(({ file, repeat }) => file !== undefined || repeat !== undefined);
    const base = { level: level === 'error' ? 'error' : 'warning', rule, summary } as const;
    return [
      ...placed.map((finding) => ({ ...base, findings: [finding] })),
      ...(counted.length === 0 || placed.length < counted.length ? [{ ...base, findings: [] }] : []),
    ];
  });
  const places = [...Map.groupBy(said, ({ rule, findings: [first] }) => first?.subject ?? rule).values()];
  return places
    .map((same) => ({ ...(same[0] as Said), findings: same.flatMap(({ findings }) => findings) }))
    .toSorted((a, b) => weightOf(a) - weightOf(b))
    .slice(0, MOST)
    .map(command);
}

/** What gates first, then what is broken before what is unknown, then what belongs to a line. */
function weightOf({ level, findings: [first] }: Said): number {
  return (level === 'error' ? 0 : 4) + (first?.status === 'unknown' ? 2 : 0) + (first === undefined ? 1 : 0);
}

function command({ level, rule, summary, findings }: Said): string {
  const [first] = findings;
  const title = `title=${property(shorten(first ? first.subject : `gate: ${rule}`, 200))}`;
  const texts = first ? [...new Set(findings.map(({ what }) => what))] : [summary];
  if (first?.repeat) texts.push(`repeat: ${first.repeat}`);
  const place = first?.file === undefined ? [] : [`file=${property(first.file)}`, `line=${first.line ?? 1}`];
  const text = texts.map((line) => shorten(line, MESSAGE_MAX)).join('\n');
  return `::${level} ${[...place, title].join(',')}::${message(text)}`;
}

/** As GitHub's runner reads it back. */
function message(text: string): string {
  return text.toWellFormed().replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return message(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
