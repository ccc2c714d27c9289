/** The journal of a lab: what must be ended and removed, written before it exists, read by the next start when all else died. */
import { appendFileSync, readFileSync } from 'node:fs';
import { bootId, readProcess } from './process-table.ts';

/** A process of the lab: `owner` is the harness, `warden` the process that owns the children. */
export interface ProcessLine {
  readonly what: 'owner' | 'warden' | 'child';
  readonly pid: number;
  readonly startTicks: number;
  readonly boot: string;
  /** A postmaster: to be ended by SIGQUIT, so that it ends its backends and frees its shared memory. */
  readonly postmaster?: boolean;
}

/** One line of a journal; a `path` is a folder or file to be removed, `containers` are in the engine at that address under the run's label. */
export type JournalLine =
  | ProcessLine
  | { readonly what: 'path'; readonly path: string }
  | { readonly what: 'containers'; readonly engine: string };

export interface Journal {
  readonly run: string;
  readonly file: string;
  readonly lines: readonly JournalLine[];
}

/** Appends at once, so that the line stands before what it speaks of exists. */
export function writeJournal(file: string, line: JournalLine): void {
  appendFileSync(file, `${JSON.stringify(line)}\n`, { mode: 0o600 });
}

export function isProcess(line: JournalLine): line is ProcessLine {
  return line.what !== 'path' && line.what !== 'containers';
}

export function processLine(what: ProcessLine['what'], pid: number, postmaster = false): ProcessLine {
  const line = { what, pid, startTicks: readProcess(pid)?.startTicks ?? 0, boot: bootId() };
  return postmaster ? { ...line, postmaster } : line;
}

/** The journal in this file, or undefined where there is none. A line that was cut short is left out. */
export function readJournal(file: string, run: string): Journal | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
  return { run, file, lines: text.split('\n').flatMap(parseLine) };
}

function parseLine(line: string): JournalLine[] {
  try {
    return line === '' ? [] : [JSON.parse(line) as JournalLine];
  } catch {
    return [];
  }
}
