/** The record: numbered lines in a ring, followers, and a file. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fakeClock, type HistoryRecord } from '../../../harness/core/index.ts';
import { wireClient } from '../../../harness/wire/index.ts';
import { streamRecords } from '../../../harness/wire/record-stream.ts';
import { createRecorder } from '../../../harness/wire/recorder.ts';

const record = (at: number): HistoryRecord => ({ type: 'process', at, part: 'order', event: 'ready' });
const ats = (lines: readonly string[]) => lines.map((line) => JSON.parse(line).at);

test('records are numbered from 0 and can be read at once', () => {
  const recorder = createRecorder({ clock: fakeClock() });
  for (const at of [1, 2, 3]) recorder.record(record(at));
  const { lines, from, next } = recorder.read(1, 10);
  expect([ats(lines), from, next]).toEqual([[2, 3], 1, 3]);
  expect(recorder.read(3, 10)).toEqual({ lines: [], from: 3, next: 3 });
});

test('the ring keeps the newest; who asks for older ones is told where it begins', () => {
  const recorder = createRecorder({ clock: fakeClock(), capacity: 3 });
  for (const at of [0, 1, 2, 3, 4]) recorder.record(record(at));
  const { lines, from, next } = recorder.read(0, 10);
  expect([ats(lines), from, next]).toEqual([[2, 3, 4], 2, 5]);
});

test('the ring is bounded by the length of its lines as well, and always keeps the newest', () => {
  const line = JSON.stringify(record(1_000)).length + 20;
  const recorder = createRecorder({ clock: fakeClock(), capacity: 100, mostBytes: 5 * line });
  for (let at = 1_000; at < 1_300; at++) recorder.record(record(at));
  const { lines, from, next } = recorder.read(0, 1_000);
  expect([ats(lines), from, next]).toEqual([[1_295, 1_296, 1_297, 1_298, 1_299], 295, 300]);
  expect(recorder.bytes).toBe(5 * line);
  const tiny = createRecorder({ clock: fakeClock(), mostBytes: 1 });
  for (const at of [1, 2]) tiny.record(record(at));
  expect(ats(tiny.read(0, 10).lines)).toEqual([2]);
});

test('followers are called after new records, until they stop following', async () => {
  const recorder = createRecorder({ clock: fakeClock() });
  let calls = 0;
  const unfollow = recorder.follow(() => calls++);
  recorder.record(record(1));
  recorder.record(record(2));
  await new Promise((resolve) => setImmediate(resolve));
  unfollow();
  recorder.record(record(3));
  await new Promise((resolve) => setImmediate(resolve));
  expect(calls).toBe(1);
});

test('the file gets every record by the time it is closed', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'faultline-recorder-'));
  const file = join(folder, 'wire.ndjson');
  const recorder = createRecorder({ clock: fakeClock(), file, capacity: 10 });
  for (let at = 0; at < 600; at++) recorder.record(record(at));
  await recorder.close();
  const lines = (await readFile(file, 'utf8')).trim().split('\n');
  expect(ats(lines)).toEqual(Array.from({ length: 600 }, (_, at) => at));
  await rm(folder, { recursive: true });
});

test('a reader that is slower than the wire is told how many records it never saw', async () => {
  const recorder = createRecorder({ clock: fakeClock(), capacity: 10 });
  const stop = new AbortController();
  const server = createServer((_, response) => void streamRecords(recorder, { from: 0 }, response, stop.signal));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  for (let at = 0; at < 100; at++) recorder.record(record(at));
  const { port } = server.address() as AddressInfo;
  const seen = await new Promise<object>((resolve) => {
    const onRecords = (records: readonly HistoryRecord[], next: number, lost: number) =>
      resolve({ first: records[0]?.at, next, lost });
    wireClient(`http://127.0.0.1:${port}`, 't').stream(0, onRecords, stop.signal);
  });
  expect(seen).toEqual({ first: 90, next: 100, lost: 90 });
  stop.abort();
  server.close();
});

test('a reader of one edge gets its records only, and still hears how far the wire is', async () => {
  const recorder = createRecorder({ clock: fakeClock() });
  const stop = new AbortController();
  const wanted = { from: 0, edge: 'order->kafka' };
  const server = createServer((_, response) => void streamRecords(recorder, wanted, response, stop.signal));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const on = (edge: string, at: number): HistoryRecord => ({
    type: 'connection',
    at,
    edge,
    connection: 1,
    event: 'open',
  });
  for (const [at, edge] of ['order->kafka', 'order->postgres', 'order->kafka', 'payment->kafka'].entries())
    recorder.record(on(edge, at));
  const { port } = server.address() as AddressInfo;
  const seen = await new Promise<object>((resolve) => {
    const onRecords = (records: readonly HistoryRecord[], next: number, lost: number) =>
      resolve({ ats: records.map(({ at }) => at), next, lost });
    wireClient(`http://127.0.0.1:${port}`, 't').stream(0, onRecords, stop.signal, 'order->kafka');
  });
  expect(seen).toEqual({ ats: [0, 2], next: 4, lost: 0 });
  stop.abort();
  server.close();
});
