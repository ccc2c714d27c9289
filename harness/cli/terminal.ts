/** What a user sees: results on stdout, progress on stderr, colour only where a stream is a terminal. */
import { stripVTControlCharacters } from 'node:util';
import picocolors from 'picocolors';
import { HarnessError, messageOf, type VerdictStatus } from '../core/index.ts';

/** Always coloured here; taken out again for a stream that is no terminal. */
const colours = picocolors.createColors(true);

/** One line of progress, on stderr. */
export function say(line: string): void {
  write(process.stderr, `${line}\n`);
}

/** A result, on stdout. */
export function print(text: string): void {
  write(process.stdout, text.endsWith('\n') ? text : `${text}\n`);
}

export function printJson(value: unknown): void {
  print(JSON.stringify(value, undefined, 2));
}

function write(stream: NodeJS.WriteStream, text: string): void {
  const plain = stream.isTTY !== true || process.env.NO_COLOR || process.env.TERM === 'dumb';
  stream.write(plain ? stripVTControlCharacters(text) : text);
}

/** A reader that is gone (`| head`, a closed terminal) ends the output, not the work: what was begun is still taken down. */
export function outliveReaders(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
}

/** Resolves when everything said so far has left this process: a pipe takes long output in pieces, and exit cuts off the rest. */
export async function untilSaid(): Promise<void> {
  const flushed = (stream: NodeJS.WriteStream) => new Promise<void>((resolve) => stream.write('', () => resolve()));
  await Promise.all([process.stdout, process.stderr].map(flushed));
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

/** Prints an error as a user reads it: what, where, and what to do; its stack only where FAULTLINE_DEBUG is set. Gives its exit code. */
export function reportError(thrown: unknown): number {
  const known = thrown instanceof HarnessError;
  const hint = known ? thrown.hint : 'this is a mistake in faultline itself; FAULTLINE_DEBUG=1 shows where it stands';
  say(`${colours.red(known ? 'error' : 'internal error')} ${messageOf(thrown)}`);
  if (hint) say(`${dim('→')} ${hint}`);
  if (process.env.FAULTLINE_DEBUG && thrown instanceof Error) say(String(thrown.stack));
  return known ? thrown.exitCode : 3;
}
