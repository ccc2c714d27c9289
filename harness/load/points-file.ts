/** Every request of a load as one line on disk, so that nothing of it has to stay in memory and any figure can be made again. */
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { HarnessError, messageOf } from '../core/index.ts';
import { type AcceptedPoint, type LoadPoint, linesOf } from './points.ts';

const SCHEMA = 1;
const BATCH_LINES = 500;

export interface PointsWriter {
  add(point: LoadPoint): void;
  close(): Promise<void>;
}

/** Lines: `{"schema":1}`, then `["r",endAt,durationMs,status,name]`, `["a",at,entity,key]`, `["d",at,count]`. */
export async function openPoints(file: string): Promise<PointsWriter> {
  await mkdir(dirname(file), { recursive: true });
  const stream = createWriteStream(file);
  let failure: Error | undefined;
  stream.on('error', (error) => {
    failure = error;
  });
  let lines: string[] = [JSON.stringify({ schema: SCHEMA })];
  const flush = () => {
    if (lines.length > 0 && !failure) stream.write(`${lines.join('\n')}\n`);
    lines = [];
  };
  return {
    add(point) {
      if (lines.push(lineOf(point)) >= BATCH_LINES) flush();
    },
    async close() {
      flush();
      await new Promise<void>((resolve) => (failure ? resolve() : stream.end(() => resolve())));
      if (failure)
        throw new HarnessError({ code: 'bad-file', message: `${file} cannot be written: ${failure.message}` });
    },
  };
}

/** The points of a file, in the order in which they came. A last line that was cut is left out. */
export async function* readPoints(file: string): AsyncGenerator<LoadPoint> {
  try {
    for await (const line of linesOf(createReadStream(file))) {
      const point = pointOfLine(line);
      if (point) yield point;
    }
  } catch (cause) {
    throw new HarnessError({ code: 'bad-file', message: `${file} cannot be read: ${messageOf(cause)}`, cause });
  }
}

/** What was accepted at the door. */
export async function readAccepted(file: string): Promise<AcceptedPoint[]> {
  const accepted: AcceptedPoint[] = [];
  for await (const point of readPoints(file)) if (point.kind === 'accepted') accepted.push(point);
  return accepted;
}

function lineOf(point: LoadPoint): string {
  if (point.kind === 'accepted') return JSON.stringify(['a', thousandth(point.at), point.entity, point.key]);
  if (point.kind === 'dropped') return JSON.stringify(['d', thousandth(point.at), point.count]);
  const { endAt, durationMs, status, name, timedOut } = point;
  return JSON.stringify(['r', thousandth(endAt), thousandth(durationMs), status, name, ...(timedOut ? [1] : [])]);
}

function pointOfLine(line: string): LoadPoint | undefined {
  if (!line.startsWith('[') || !line.endsWith(']')) return undefined;
  const [kind, at, ...rest] = JSON.parse(line) as [string, number, ...unknown[]];
  if (kind === 'd') return { kind: 'dropped', at, count: Number(rest[0]) };
  if (kind === 'a') {
    return { kind: 'accepted', at, entity: String(rest[0]), ...(rest[1] ? { key: String(rest[1]) } : {}) };
  }
  const [durationMs, status, name, timedOut] = rest;
  return {
    kind: 'request',
    endAt: at,
    durationMs: Number(durationMs),
    status: Number(status),
    name: String(name),
    timedOut: timedOut === 1,
  };
}

function thousandth(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}
