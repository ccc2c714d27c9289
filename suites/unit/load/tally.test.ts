/** Adding up points: fault phases, errors, what counts as latency, series that stay short, merged processes. */
import { expect, test } from 'vitest';
import { mergePhases } from '../../../harness/load/merge.ts';
import { type FaultTimes, phaseOf } from '../../../harness/load/phase.ts';
import type { RequestPoint } from '../../../harness/load/points.ts';
import { seriesRecorder } from '../../../harness/load/series.ts';
import { loadTally } from '../../../harness/load/tally.ts';

const FAULTS: FaultTimes = { injectedAt: 10_000, healedAt: 20_000 };

const point = (endAt: number, durationMs: number, status = 200, timedOut = false): RequestPoint => ({
  kind: 'request',
  endAt,
  durationMs,
  status,
  timedOut,
  name: 'GET /',
});

test.each([
  ['ended before the first fault', 9_000, 9_999, 'before'],
  ['was under way when the fault came', 9_000, 10_001, 'during'],
  ['began and ended with the fault on', 12_000, 13_000, 'during'],
  ['was under way when the fault was taken off', 19_999, 25_000, 'during'],
  ['began after the heal', 20_001, 20_050, 'after'],
])('a request that %s is of that phase', (_how, fromMs, toMs, phase) => {
  expect(phaseOf(fromMs, toMs, FAULTS)).toBe(phase);
});

test('while no fault has been on everything is before, and until the heal nothing is after', () => {
  expect(phaseOf(0, 50_000, { injectedAt: undefined, healedAt: undefined })).toBe('before');
  expect(phaseOf(40_000, 50_000, { injectedAt: 10_000, healedAt: undefined })).toBe('during');
});

test('each phase has its own figures, and all is their sum', () => {
  const tally = loadTally(() => FAULTS, true);
  for (let at = 0; at < 30_000; at += 100) {
    const isDuring = at >= 10_000 && at <= 20_000;
    tally.add(point(at + (isDuring ? 500 : 10), isDuring ? 500 : 10, isDuring ? 503 : 200));
  }
  const [all, before, during, after] = tally.phases();
  expect(all).toMatchObject({ phase: 'all', requests: 300, statuses: { 200: 199, 503: 101 } });
  expect(before).toMatchObject({ phase: 'before', errors: 0, latency: { p95: expect.closeTo(10, 1) } });
  expect(during).toMatchObject({ phase: 'during', latency: { p50: expect.closeTo(500, 0) } });
  expect(after).toMatchObject({ phase: 'after', errors: 0 });
  expect((before?.requests ?? 0) + (during?.requests ?? 0) + (after?.requests ?? 0)).toBe(300);
  expect(before?.throughput).toBeCloseTo(10, 0);
});

test('a request without an answer is an error; its time counts only where somebody waited for the time-out', () => {
  const tally = loadTally(() => ({ injectedAt: undefined, healedAt: undefined }), false);
  tally.add(point(100, 20));
  tally.add(point(200, 0, 0));
  tally.add(point(10_000, 9_000, 0, true));
  const [all, ...others] = tally.phases();
  expect(others).toEqual([]);
  expect(all).toMatchObject({ requests: 3, errors: 2, latency: { max: 9_000 } });
  expect(all?.histogram.reduce((sum, [, count]) => sum + count, 0)).toBe(2);
});

test('a phase without requests has no latency, and progress begins anew each time', () => {
  const tally = loadTally(() => FAULTS, true);
  tally.add(point(1_000, 5));
  expect(tally.sinceLast()).toMatchObject({ requests: 1, errors: 0 });
  expect(tally.sinceLast()).toMatchObject({ requests: 0 });
  expect(tally.phases()[2]).toMatchObject({ phase: 'during', requests: 0 });
  expect(tally.phases()[2]).not.toHaveProperty('latency');
});

test('a long load has wider steps, not more of them, and loses no request', () => {
  const series = seriesRecorder(60);
  for (let at = 0; at < 600_000; at += 50) series.add(at, at % 1_000 === 0, 10);
  const { stepMs, steps } = series.series();
  expect(stepMs).toBe(16_000);
  expect(steps.length).toBeLessThanOrEqual(60);
  expect(steps.reduce((sum, { requests }) => sum + requests, 0)).toBe(12_000);
  expect(steps.reduce((sum, { errors }) => sum + errors, 0)).toBe(600);
});

test('phases of several processes merge into those of one that had done it all', () => {
  const joined = loadTally(() => FAULTS, true);
  const parts = [loadTally(() => FAULTS, true), loadTally(() => FAULTS, true), loadTally(() => FAULTS, true)];
  for (let index = 0; index < 3_000; index++) {
    const one = point(index * 10 + 1, 1 + (index % 97) * 1.7, index % 50 === 0 ? 503 : 200);
    joined.add(one);
    parts[index % 3]?.add(one);
  }
  const merged = mergePhases(parts.map((part) => ({ startedAt: part.startedAt ?? 0, phases: part.phases() })));
  for (const [index, phase] of joined.phases().entries()) {
    expect(merged[index]?.histogram).toEqual(phase.histogram);
    expect(merged[index]).toMatchObject({
      phase: phase.phase,
      requests: phase.requests,
      errors: phase.errors,
      statuses: phase.statuses,
      latency: phase.latency,
    });
  }
});
