/** Reading k6's raw points, and keeping them as lines on disk. */
import { appendFile, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type LoadPoint, linesOf, pointOf } from '../../../harness/load/points.ts';
import { openPoints, readAttempts, readPoints } from '../../../harness/load/points-file.ts';

async function listOf<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const list: Item[] = [];
  for await (const item of items) list.push(item);
  return list;
}

const line = (metric: string, value: number, more: object = {}) =>
  JSON.stringify({ metric, type: 'Point', data: { time: '2026-01-31T10:00:00.123456789Z', value, ...more } });
const AT = Date.parse('2026-01-31T10:00:00.123Z') + 0.456789;

test('a request has its end to the nanosecond, its duration, its status', () => {
  const tags = { status: '201', name: 'POST /orders', method: 'POST' };
  expect(pointOf(line('http_req_duration', 12.5, { tags }))).toEqual({
    kind: 'request',
    endAt: AT,
    durationMs: 12.5,
    status: 201,
    name: 'POST /orders',
    timedOut: false,
  });
});

test('a request that was to make something names its trace', () => {
  expect(pointOf(line('http_req_duration', 1, { metadata: { trace: 'abc' } }))).toMatchObject({ trace: 'abc' });
});

test('a time-out is told apart from a refusal', () => {
  const of = (code: string) => pointOf(line('http_req_duration', 1, { tags: { status: '0', error_code: code } }));
  expect(of('1050')).toMatchObject({ status: 0, timedOut: true });
  expect(of('1212')).toMatchObject({ status: 0, timedOut: false });
});

test('what was accepted carries its id as metadata, and dropped arrivals are counted', () => {
  const metadata = { entity: 'o-1', key: 'k-1' };
  expect(pointOf(line('faultline_accepted', 1, { metadata }))).toEqual({
    kind: 'accepted',
    at: AT,
    entity: 'o-1',
    key: 'k-1',
  });
  expect(pointOf(line('dropped_iterations', 3))).toMatchObject({ kind: 'dropped', count: 3 });
});

test.each([
  ['another metric', line('http_req_waiting', 1)],
  ['the declaration of a metric', '{"metric":"http_req_duration","type":"Metric","data":{}}'],
  ['a line that was cut', line('http_req_duration', 1).slice(0, -9)],
  ['something else', 'hello'],
])('%s is passed over', (_what, text) => {
  expect(pointOf(text)).toBeUndefined();
});

test('lines are put together from pieces, letters of several bytes too, and the last needs no end', async () => {
  const bytes = Buffer.from('eins\nzwölf\ndrei');
  const pieces = async function* () {
    for (const byte of bytes) yield Buffer.from([byte]);
  };
  expect(await listOf(linesOf(pieces()))).toEqual(['eins', 'zwölf', 'drei']);
});

const POINTS: readonly LoadPoint[] = [
  { kind: 'request', endAt: 1_000.5, durationMs: 3.25, status: 201, name: 'POST /orders', timedOut: false },
  { kind: 'accepted', at: 1_000.6, entity: 'o-1', key: 'k-1' },
  { kind: 'request', endAt: 2_000, durationMs: 1_000, status: 0, name: 'GET /stock', timedOut: true },
  { kind: 'dropped', at: 2_100, count: 2 },
  { kind: 'request', endAt: 2_200, durationMs: 9, status: 201, name: 'POST /orders', timedOut: false, trace: 'aa' },
  { kind: 'request', endAt: 2_300, durationMs: 9, status: 0, name: 'POST /orders', timedOut: true, trace: 'ab' },
];

test('points go to disk and come back; a last line that was cut is left out', async () => {
  const file = join(await mkdtemp(join(tmpdir(), 'faultline-points-')), 'load', 'a.ndjson');
  const writer = await openPoints(file);
  for (const point of POINTS) writer.add(point);
  await writer.close();
  await appendFile(file, '["r",3000,1');
  expect(await listOf(readPoints(file))).toEqual(POINTS);
  const attempts = { accepted: [POINTS[1]], failed: [POINTS[5]], traced: 2 };
  expect(await readAttempts(file, false)).toEqual({ ...attempts, requests: [] });
  expect((await readAttempts(file, true)).requests).toHaveLength(4);
});

test('a points file that is not there is one sentence', async () => {
  const file = join(await mkdtemp(join(tmpdir(), 'faultline-points-')), 'none.ndjson');
  await expect(readAttempts(file, false)).rejects.toMatchObject({
    code: 'bad-file',
    message: expect.stringContaining(file),
  });
  await writeFile(file, '');
  expect(await readAttempts(file, false)).toMatchObject({ accepted: [], traced: 0 });
});
