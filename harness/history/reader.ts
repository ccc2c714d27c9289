/** Reads a history, line by line, and refuses one that was cut, edited or written by another schema. */
import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FinalState, HarnessError, HISTORY_SCHEMA, type HistoryRecord, LIMITS, messageOf } from '../core/index.ts';
import type { EndLine, FinalStateLine, HistoryHeader } from './format.ts';
import { problemOfEnd, problemOfFinalState, problemOfHeader, problemOfRecord } from './validate.ts';

export interface HistoryFile {
  readonly header: HistoryHeader;
  readonly records: readonly HistoryRecord[];
  readonly state: FinalState;
  readonly end: EndLine;
}

/** Reads the whole file. Throws `bad-file` or `schema-version`, naming file and line. */
export async function readHistory(file: string, mostRecords: number = LIMITS.historyRecords): Promise<HistoryFile> {
  const records: HistoryRecord[] = [];
  const rest = await scanHistory(file, (record) => {
    if (records.push(record) > mostRecords) throw tooMany(file, mostRecords);
  });
  return { ...rest, records };
}

/** One record in memory at a time beside the final state; after an error nothing it gave is to be trusted. */
export async function scanHistory(
  file: string,
  onRecord: (record: HistoryRecord) => void,
): Promise<Omit<HistoryFile, 'records'>> {
  const scan = newScan(file, onRecord);
  const hash = createHash('sha256');
  for await (const { text, number } of linesOf(file)) {
    const value = parseLine(file, text, number);
    if (scan.end === undefined && value.type === 'end') scan.takeEnd(value, number, hash);
    else scan.take(value, number);
    hash.update(text).update('\n');
  }
  return scan.finished();
}

function newScan(file: string, onRecord: (record: HistoryRecord) => void) {
  const state = { entities: [], entries: [], pending: [] } as {
    [part in keyof FinalState]: FinalState[part][number][];
  };
  const counts = { records: 0, rows: 0, lines: 0, stateLines: 0, latestAt: Number.NEGATIVE_INFINITY };
  let header: HistoryHeader | undefined;
  let end: EndLine | undefined;
  const takeState = (line: FinalStateLine, number: number) => {
    const problem = problemOfFinalState(line);
    if (problem !== undefined) throw badFile(file, number, problem);
    counts.stateLines++;
    for (const part of ['entities', 'entries', 'pending'] as const) {
      const rows = line[part] ?? [];
      counts.rows += rows.length;
      if (counts.rows > LIMITS.historyRecords) throw tooMany(file, LIMITS.historyRecords);
      for (const row of rows) (state[part] as unknown[]).push(row);
    }
  };
  return {
    get end() {
      return end;
    },
    take(value: Record<string, unknown>, number: number) {
      counts.lines = number;
      if (header === undefined) {
        header = headerOf(file, value);
        return;
      }
      if (end !== undefined) throw badFile(file, number, 'stands after the end line');
      if (value.type === 'final-state') return takeState(value as unknown as FinalStateLine, number);
      const problem = counts.stateLines > 0 ? 'is a record after the final state' : problemOfRecord(value);
      if (problem !== undefined) throw badFile(file, number, problem);
      const record = value as unknown as HistoryRecord;
      if (record.at < counts.latestAt) throw badFile(file, number, 'is out of time order');
      counts.latestAt = record.at;
      counts.records++;
      onRecord(record);
    },
    takeEnd(value: Record<string, unknown>, number: number, hash: Hash) {
      if (header === undefined) throw badFile(file, number, 'is an end line without a header');
      const line = value as unknown as EndLine;
      const problem = problemOfEnd(line) ?? mismatch(line, counts, hash.copy().digest('hex'));
      if (problem !== undefined) throw badFile(file, number, problem);
      end = line;
      counts.lines = number;
    },
    finished(): Omit<HistoryFile, 'records'> {
      if (header === undefined) throw badFile(file, 1, 'is missing: the file is empty');
      if (end === undefined) throw badFile(file, counts.lines, 'is the last, but no end line: the file was cut');
      if (counts.stateLines === 0) throw badFile(file, counts.lines, 'ends a history without a final state');
      return { header, state, end };
    },
  };
}

function mismatch(end: EndLine, counts: { records: number; rows: number }, sha256: string): string | undefined {
  if (end.records !== counts.records)
    return `says ${end.records} records, but ${counts.records} stand before it: it was cut or edited`;
  if (end.rows !== counts.rows)
    return `says ${end.rows} rows of final state, but ${counts.rows} stand before it: it was cut or edited`;
  if (end.sha256 !== sha256) return 'has another checksum than the lines before it: they were edited';
  return undefined;
}

function headerOf(file: string, value: Record<string, unknown>): HistoryHeader {
  const problem = problemOfHeader(value);
  if (problem !== undefined) throw badFile(file, 1, `is no history header: it ${problem}`);
  if (value.schema !== HISTORY_SCHEMA) {
    throw new HarnessError({
      code: 'schema-version',
      message: `the history ${file} has schema ${value.schema}; this faultline reads schema ${HISTORY_SCHEMA}`,
      hint: 'Read it with the faultline that wrote it, or record the run again.',
      facts: { file, found: value.schema as number, expected: HISTORY_SCHEMA },
    });
  }
  return value as unknown as HistoryHeader;
}

function parseLine(file: string, text: string, number: number): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw badFile(file, number, 'is not JSON: the file was cut or edited');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw badFile(file, number, 'is no JSON object');
  return value as Record<string, unknown>;
}

async function* linesOf(file: string): AsyncGenerator<{ text: string; number: number }> {
  let number = 0;
  let rest = Buffer.alloc(0);
  try {
    for await (const chunk of createReadStream(file, { highWaterMark: 256 * 1024 }) as AsyncIterable<Buffer>) {
      const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      let from = 0;
      for (let to = bytes.indexOf(10); to !== -1; to = bytes.indexOf(10, from)) {
        number++;
        if (to - from > LIMITS.historyLineBytes) throw tooLong(file, number);
        yield { text: bytes.toString('utf8', from, to), number };
        from = to + 1;
      }
      rest = Buffer.from(bytes.subarray(from));
      if (rest.length > LIMITS.historyLineBytes) throw tooLong(file, number + 1);
    }
  } catch (cause) {
    if (cause instanceof HarnessError) throw cause;
    const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    throw new HarnessError({
      code: 'bad-file',
      message: missing
        ? `the history ${file} cannot be read: it is missing`
        : `the history ${file} cannot be read: ${messageOf(cause)}`,
      hint: 'A history is evidence and cannot be made again: record the run again.',
      cause,
      facts: { file },
    });
  }
  if (rest.length > 0) throw badFile(file, number + 1, 'does not end: the file was cut');
}

function tooMany(file: string, most: number): HarnessError {
  return new HarnessError({
    code: 'bad-file',
    message: `the history ${file} holds more than ${most} records or rows, which no case has`,
    hint: 'is it a history of faultline?',
    facts: { file, most },
  });
}

function tooLong(file: string, line: number): HarnessError {
  return badFile(file, line, `is longer than ${LIMITS.historyLineBytes} bytes`);
}

function badFile(file: string, line: number, problem: string): HarnessError {
  return new HarnessError({
    code: 'bad-file',
    message: `line ${line} of the history ${file} ${problem}`,
    hint: 'A history is evidence and is not mended: record the run again.',
    facts: { file, line },
  });
}
