/** What a user sees: results on stdout, progress on stderr, colour only on a terminal. */
import picocolors from 'picocolors';
import { HarnessError, messageOf, type VerdictStatus } from '../core/index.ts';

const colours = picocolors.createColors(process.stderr.isTTY === true && process.env.NO_COLOR === undefined);

/** One line of progress, on stderr. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** A result, on stdout. */
export function print(text: string): void {
  process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
}

export function printJson(value: unknown): void {
  print(JSON.stringify(value, undefined, 2));
}

const MARKS: Readonly<Record<VerdictStatus, string>> = { pass: '✔', fail: '✖', unknown: '?' };

/** A verdict with its mark, coloured on a terminal; the word is always there. */
export function verdictWord(status: VerdictStatus): string {
  const text = `${MARKS[status]} ${status}`;
  if (status === 'pass') return colours.green(text);
  return status === 'fail' ? colours.red(text) : colours.yellow(text);
}

export function dim(text: string): string {
  return colours.dim(text);
}

export function bold(text: string): string {
  return colours.bold(text);
}

/** `1.2 s`, `340 ms`. */
export function duration(ms: number): string {
  return ms >= 1_000 ? `${(ms / 1_000).toFixed(1)} s` : `${Math.round(ms)} ms`;
}

/** Prints an error as a user reads it (no stack for what the harness threw on purpose) and gives its exit code. */
export function reportError(thrown: unknown): number {
  if (thrown instanceof HarnessError) {
    say(`${colours.red('error')} ${thrown.message}`);
    if (thrown.hint) say(`${dim('→')} ${thrown.hint}`);
    if (process.env.FAULTLINE_DEBUG) say(String(thrown.stack));
    return thrown.exitCode;
  }
  say(`${colours.red('internal error')} ${messageOf(thrown)}`);
  say(thrown instanceof Error ? String(thrown.stack) : '');
  return 3;
}
