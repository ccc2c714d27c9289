/** Log files of parts, read from where one is interested: they are appended to by the parts themselves. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

const MOST_BYTES = 1024 * 1024;

/** The text from byte `from` on, bounded. Empty where there is no such file. */
export function logSince(file: string, from: number): string {
  return readChunk(file, from).toString('utf8');
}

/** The last `lines` lines. */
export function logTail(file: string, lines: number): string[] {
  const text = readChunk(file, -256 * 1024)
    .toString('utf8')
    .trimEnd();
  return text === '' ? [] : text.split('\n').slice(-lines);
}

/** Up to 1 MiB from byte `from` on; a negative `from` counts from the end. */
export function readChunk(file: string, from: number): Buffer {
  let opened: number;
  try {
    opened = openSync(file, 'r');
  } catch {
    return Buffer.alloc(0);
  }
  try {
    const { size } = fstatSync(opened);
    const start = from < 0 ? Math.max(0, size + from) : from;
    const chunk = Buffer.alloc(Math.max(0, Math.min(MOST_BYTES, size - start)));
    return chunk.subarray(0, readSync(opened, chunk, 0, chunk.length, start));
  } finally {
    closeSync(opened);
  }
}
