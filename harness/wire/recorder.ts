/** What the wire saw, as numbered NDJSON lines: a ring in memory for readers and followers, and an optional file. */
import { createWriteStream } from 'node:fs';
import { type Clock, type HistoryRecord, LIMITS, messageOf } from '../core/index.ts';

export interface Recorder {
  record(record: HistoryRecord): void;
  /** Up to `most` lines from number `from` on; older ones may have left the ring: see `from` of the answer. */
  read(from: number, most: number): { readonly lines: readonly string[]; readonly from: number; readonly next: number };
  /** `onNew` is called after new lines were added, until the returned function is called. */
  follow(onNew: () => void): () => void;
  /** What the ring holds. */
  readonly bytes: number;
  close(): Promise<void>;
}

export interface RecorderOptions {
  readonly clock: Clock;
  /** Lines are appended here as well, in batches. */
  readonly file?: string;
  /** Lines kept in memory. Default `LIMITS.wireRecords`. */
  readonly capacity?: number;
  /** Their bytes. Default `LIMITS.wireRecordBytes`. */
  readonly mostBytes?: number;
}

const TEXT_HEAD_BYTES = 20;

/** Records are turned into text once per turn of the event loop: text is cheap to keep and needed by every reader. */
export function createRecorder(options: RecorderOptions): Recorder {
  const { capacity = LIMITS.wireRecords, mostBytes = LIMITS.wireRecordBytes } = options;
  const ring: string[] = [];
  let first = 0;
  let bytes = 0;
  const followers = new Set<() => void>();
  const file = options.file === undefined ? undefined : appendInBatches(options.file, options.clock);
  let pending: HistoryRecord[] = [];
  let next = 0;

  const letGo = () => {
    bytes -= bytesOf(ring[first % capacity] as string);
    ring[first % capacity] = '';
    first++;
  };
  const flush = () => {
    const batch = pending;
    pending = [];
    for (const record of batch) {
      const line = lineOf(record);
      if (line === undefined) continue;
      if (next - first === capacity) letGo();
      ring[next % capacity] = line;
      next++;
      bytes += bytesOf(line);
      while (bytes > mostBytes && first < next - 1) letGo();
      file?.append(line);
    }
    for (const onNew of followers) onNew();
  };

  return {
    record(record) {
      if (pending.push(record) === 1) setImmediate(flush);
    },
    read(from, most) {
      if (pending.length > 0) flush();
      const start = Math.min(next, Math.max(from, first));
      const end = Math.min(next, start + most);
      const lines: string[] = [];
      for (let index = start; index < end; index++) lines.push(ring[index % capacity] as string);
      return { lines, from: start, next: end };
    },
    follow(onNew) {
      followers.add(onNew);
      return () => followers.delete(onNew);
    },
    get bytes() {
      return bytes;
    },
    async close() {
      if (pending.length > 0) flush();
      await file?.close();
    },
  };
}

/** Next to all characters take one byte each; the engine adds what it must know of a text. */
function bytesOf(line: string): number {
  return line.length + TEXT_HEAD_BYTES;
}

function lineOf(record: HistoryRecord): string | undefined {
  try {
    return JSON.stringify(record);
  } catch (thrown) {
    process.stderr.write(`wire: a record could not be written as JSON: ${messageOf(thrown)}\n`);
    return undefined;
  }
}

const BATCH_LINES = 256;
const BATCH_MS = 50;

function appendInBatches(path: string, clock: Clock): { append(line: string): void; close(): Promise<void> } {
  const stream = createWriteStream(path, { flags: 'a' });
  let failed = false;
  stream.on('error', (error) => {
    failed = true;
    process.stderr.write(`wire: the record file cannot be written: ${error.message}\n`);
  });
  let lines: string[] = [];
  const write = () => {
    if (lines.length > 0 && !failed) stream.write(`${lines.join('\n')}\n`);
    lines = [];
  };
  return {
    append(line) {
      const count = lines.push(line);
      if (count === 1) clock.delay(BATCH_MS).then(write);
      else if (count >= BATCH_LINES) write();
    },
    close() {
      write();
      return new Promise((resolve) => (failed ? resolve() : stream.end(() => resolve())));
    },
  };
}
