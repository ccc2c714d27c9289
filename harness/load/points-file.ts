/** Every request of a load as one line on disk, so that nothing of it has to stay in memory and any figure can be made again. */
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { HarnessError, messageOf } from '../core/index.ts';
import { type AcceptedPoint, type LoadPoint, linesOf, type RequestPoint } from './points.ts';

const SCHEMA = 1;
const BATCH_LINES = 500;

export interface PointsWriter {
  add(point: LoadPoint): void;
  close(): Promise<void>;
}

/** Lines: `{"schema":1}`, then `["r",endAt,durationMs,status,name,timedOut,trace]`, `["a",at,entity,key]`, `["d",at,count]`. */
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

/** A request that was to make something and was not answered well. */
export type FailedAttempt = RequestPoint & { readonly trace: string };

/** What the ledger is held against. */
export interface LoadAttempts {
  /** What was accepted at the door. */
  readonly accepted: readonly AcceptedPoint[];
  /** Requests that were to make something and were not answered well; only those whose trace is known. */
  readonly failed: readonly FailedAttempt[];
  /** How many requests had a trace. */
  readonly traced: number;
  /** Every request, where asked for. */
  readonly requests: readonly RequestPoint[];
}

export async function readAttempts(file: string, withRequests: boolean): Promise<LoadAttempts> {
  const accepted: AcceptedPoint[] = [];
  const failed: FailedAttempt[] = [];
  const requests: RequestPoint[] = [];
  let traced = 0;
  for await (const point of readPoints(file)) {
    if (point.kind === 'accepted') accepted.push(point);
    if (point.kind !== 'request') continue;
    if (withRequests) requests.push(point);
    const { trace, status } = point;
    if (trace === undefined) continue;
    traced++;
    if (status === 0 || status >= 400) failed.push({ ...point, trace });
  }
  return { accepted, failed, traced, requests };
}

function lineOf(point: LoadPoint): string {
  if (point.kind === 'accepted') return JSON.stringify(['a', thousandth(point.at), point.entity, point.key]);
  if (point.kind === 'dropped') return JSON.stringify(['d', thousandth(point.at), point.count]);
  const { endAt, durationMs, status, name, timedOut, trace } = point;
  const more = trace === undefined ? (timedOut ? [1] : []) : [timedOut ? 1 : 0, trace];
  return JSON.stringify(['r', thousandth(endAt), thousandth(durationMs), status, name, ...more]);
}

function pointOfLine(line: string): LoadPoint | undefined {
  if (!line.startsWith('[') || !line.endsWith(']')) return undefined;
  const [kind, at, ...rest] = JSON.parse(line) as [string, number, ...unknown[]];
  if (kind === 'd') return { kind: 'dropped', at, count: Number(rest[0]) };
  if (kind === 'a') {
    return { kind: 'accepted', at, entity: String(rest[0]), ...(rest[1] ? { key: String(rest[1]) } : {}) };
  }
  const [durationMs, status, name, timedOut, trace] = rest;
  return {
    kind: 'request',
    endAt: at,
    durationMs: Number(durationMs),
    status: Number(status),
    name: String(name),
    timedOut: timedOut === 1,
    ...(trace === undefined ? {} : { trace: String(trace) }),
  };
}

function thousandth(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}
