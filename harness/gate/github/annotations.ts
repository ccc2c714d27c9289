/** Annotations as GitHub's workflow commands: on the line of the experiment or contract, worst first, ten at most. */
import type { GateFinding, GateResult } from '../../core/index.ts';
import { shorten } from '../../report/index.ts';

/** GitHub shows ten of a step and drops the rest. */
const MOST = 10;
const MESSAGE_MAX = 1_000;

/** `::error file=…,line=…,title=…::message`, one a line; what gates comes first, warnings after it. */
export function annotationsOf({ rules }: GateResult): string[] {
  const found = rules.flatMap(({ rule, level, status, findings }) => {
    if (level === 'off' || status === 'off' || status === 'pass') return [];
    return findings.filter((finding) => finding.status !== 'pass').map((finding) => ({ rule, level, finding }));
  });
  const weight = (level: string, { status, line }: GateFinding) =>
    (level === 'error' ? 0 : 4) + (status === 'fail' ? 0 : 2) + (line === undefined ? 1 : 0);
  return found
    .toSorted((a, b) => weight(a.level, a.finding) - weight(b.level, b.finding))
    .slice(0, MOST)
    .map(({ rule, level, finding }) => command(level === 'error' ? 'error' : 'warning', rule, finding));
}

function command(name: 'error' | 'warning', rule: string, { file, line, subject, what, repeat }: GateFinding): string {
  const properties = [
    ...(file === undefined ? [] : [`file=${property(file)}`]),
    ...(file === undefined || line === undefined ? [] : [`line=${line}`]),
    `title=${property(shorten(`${rule}: ${subject}`, 200))}`,
  ];
  const text = `${shorten(what, MESSAGE_MAX)}${repeat ? `\nrepeat: ${shorten(repeat, MESSAGE_MAX)}` : ''}`;
  return `::${name} ${properties.join(',')}::${message(text)}`;
}

/** As GitHub's runner reads it back. */
function message(text: string): string {
  return text.toWellFormed().replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return message(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
