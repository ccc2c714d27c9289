/** The wrong clock of a service: what its process reads, in a real one. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { systemClock } from '../../../harness/core/index.ts';

const PRELOAD = fileURLToPath(new URL('../../../harness/faults/preload/clock.ts', import.meta.url));
const HOUR_MS = 3_600_000;

async function read(shift: { readonly offsetMs: number; readonly driftMsPerS: number }, script: string) {
  const env = { PATH: process.env.PATH, FAULTLINE_CLOCK: JSON.stringify(shift) };
  const { stdout } = await promisify(execFile)(process.execPath, [`--import=${PRELOAD}`, '-e', script], { env });
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  return { said: lines.filter(({ event }) => event === 'clock-shifted'), seen: lines.find(({ seen }) => seen)?.seen };
}

test('every way to ask for the time gives the wrong one; dates that are given stay as they are', async () => {
  const script = `const seen = { now: Date.now(), date: new Date().getTime(), given: new Date(5).getTime(),
    origin: performance.timeOrigin + performance.now(), is: new Date() instanceof Date, iso: new Date(0).toISOString() };
    console.log(JSON.stringify({ seen }));`;
  const { said, seen } = await read({ offsetMs: -HOUR_MS, driftMsPerS: 0 }, script);
  const { now, date, given, origin, is, iso } = seen as Record<string, number | boolean | string>;
  for (const time of [now, date, origin]) {
    expect(Math.abs(Number(time) + HOUR_MS - systemClock.now())).toBeLessThan(20_000);
  }
  expect([given, is, iso]).toEqual([5, true, '1970-01-01T00:00:00.000Z']);
  expect(said).toMatchObject([{ offsetMs: -HOUR_MS }]);
});

test('a drifting clock gains as it runs, timers do not', async () => {
  const script = `const from = [Date.now(), process.hrtime.bigint()];
    setTimeout(() => { const tookMs = Number(process.hrtime.bigint() - from[1]) / 1e6;
      console.log(JSON.stringify({ seen: { wall: Date.now() - from[0], tookMs } })); }, 100);`;
  const { seen } = await read({ offsetMs: 0, driftMsPerS: 9_000 }, script);
  const { wall, tookMs } = seen as { wall: number; tookMs: number };
  expect(wall / tookMs).toBeGreaterThan(8);
  expect(wall / tookMs).toBeLessThan(12);
});

test('who never asks says nothing', async () => {
  expect((await read({ offsetMs: 5, driftMsPerS: 0 }, "console.log('{}')")).said).toEqual([]);
});
