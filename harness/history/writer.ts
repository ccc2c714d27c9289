/** Writes a history as it comes, in bounded memory; the file appears under its name only once it is whole. */
import { createHash } from 'node:crypto';
import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type FinalState, HarnessError, HISTORY_SCHEMA, type HistoryRecord, LIMITS, messageOf } from '../core/index.ts';
import { type EndLine, finalStateLines, type HistoryHeader, rowsOf } from './format.ts';
import { mergeRecords } from './merge.ts';
import { redactRecord, redactState } from './redact.ts';

/** Text gathered before it goes to disk, in characters: the writer's memory. */
const BUFFER_CHARACTERS = 256 * 1024;

export interface HistoryWriter {
  /** Writes records, redacted. They must come in time order. Await it: that is the back-pressure. */
  append(records: readonly HistoryRecord[]): Promise<void>;
  /** Writes the final state and the end line, and gives the file its name. */
  finish(state: FinalState): Promise<EndLine>;
  /** Forgets everything written. */
  discard(): Promise<void>;
}

/** Opens `file` for writing. Throws `bad-file` when it can't be made. */
export async function openHistory(file: string, header: Omit<HistoryHeader, 'schema'>): Promise<HistoryWriter> {
  const partial = `${file}.partial`;
  const handle = await openFor(partial);
  const lines = lineWriter(handle);
  let latestAt = Number.NEGATIVE_INFINITY;
  let records = 0;
  lines.add({ schema: HISTORY_SCHEMA, ...header });
  return {
    async append(batch) {
      for (const record of batch) {
        if (record.at < latestAt) {
          const message = `a history takes records in time order, but a ${record.type} of ${record.at} came after ${latestAt}`;
          throw new HarnessError({ code: 'internal', message, hint: 'Sort them first: mergeRecords.' });
        }
        latestAt = record.at;
        records++;
        lines.add(redactRecord(record));
        if (lines.waiting() >= BUFFER_CHARACTERS) await lines.flush();
      }
    },
    async finish(state) {
      for (const line of finalStateLines(redactState(state))) lines.add(line);
      const end: EndLine = { type: 'end', records, rows: rowsOf(state), sha256: lines.digest() };
      lines.add(end);
      await lines.flush();
      await handle.close();
      await rename(partial, file);
      return end;
    },
    async discard() {
      await handle.close();
      await rm(partial, { force: true });
    },
  };
}

/** Writes a whole history: records in any order, then the final state. */
export async function writeHistory(
  file: string,
  header: Omit<HistoryHeader, 'schema'>,
  records: readonly HistoryRecord[],
  state: FinalState,
): Promise<EndLine> {
  const writer = await openHistory(file, header);
  try {
    await writer.append(mergeRecords(records));
    return await writer.finish(state);
  } catch (cause) {
    await writer.discard().catch(() => undefined);
    throw cause;
  }
}

function lineWriter(handle: FileHandle) {
  const hash = createHash('sha256');
  let buffer: string[] = [];
  let characters = 0;
  return {
    add(value: object) {
      const line = `${JSON.stringify(value)}\n`;
      if (line.length > LIMITS.historyLineBytes || Buffer.byteLength(line) > LIMITS.historyLineBytes) {
        const message = `a history line of ${line.length} characters is longer than ${LIMITS.historyLineBytes} bytes`;
        throw new HarnessError({ code: 'internal', message, hint: 'Bound the texts of a record where it is made.' });
      }
      buffer.push(line);
      characters += line.length;
    },
    waiting: () => characters,
    /** Checksum of all lines added so far. To be asked once, before the end line. */
    digest: () => hash.copy().update(buffer.join('')).digest('hex'),
    async flush() {
      const text = buffer.join('');
      buffer = [];
      characters = 0;
      hash.update(text);
      await handle.writeFile(text);
    },
  };
}

async function openFor(file: string): Promise<FileHandle> {
  try {
    await mkdir(dirname(file), { recursive: true });
    return await open(file, 'w');
  } catch (cause) {
    throw new HarnessError({
      code: 'bad-file',
      message: `the history ${file} cannot be written: ${messageOf(cause)}`,
      cause,
    });
  }
}
