/** Time to recover, from the steps after the last heal. */
import { expect, test } from 'vitest';
import type { LoadPhase, LoadStep } from '../../../harness/core/index.ts';
import { recoveryOf } from '../../../harness/load/recovery.ts';

const BEFORE: LoadPhase = {
  phase: 'before',
  fromMs: 0,
  toMs: 5_000,
  requests: 100,
  errors: 0,
  statuses: { 200: 100 },
  latency: { p50: 10, p90: 30, p95: 40, p99: 60, max: 70 },
  throughput: 20,
  histogram: [],
};

/** One step a second; each is its p95 and its errors out of 20. */
const series = (...steps: readonly (readonly [p95: number, errors: number])[]) => ({
  stepMs: 1_000,
  steps: steps.map(([p95, errors], index): LoadStep => ({ fromMs: index * 1_000, requests: 20, errors, p50: 10, p95 })),
});

const HEALED_MS = 2_500;

test('the door is back at the first step from which all are good', () => {
  const recovery = recoveryOf(
    BEFORE,
    series([40, 0], [900, 9], [900, 9], [500, 0], [40, 1], [41, 0], [60, 0]),
    HEALED_MS,
  );
  expect(recovery).toMatchObject({ tookMs: 2_500, rule: expect.stringContaining('p95 of at most 80 ms') });
});

test('a good step between bad ones is not yet recovery', () => {
  expect(recoveryOf(BEFORE, series([40, 0], [40, 0], [40, 0], [40, 0], [900, 0], [40, 0]), HEALED_MS)?.tookMs).toBe(
    2_500,
  );
});

test('a door that was never affected took no time', () => {
  expect(recoveryOf(BEFORE, series([40, 0], [40, 0], [40, 0], [41, 0]), HEALED_MS)?.tookMs).toBe(0);
});

test('not back by the end is told by the absence of a time', () => {
  const recovery = recoveryOf(BEFORE, series([40, 0], [900, 0], [900, 0], [900, 0]), HEALED_MS);
  expect(recovery).toBeDefined();
  expect(recovery).not.toHaveProperty('tookMs');
});

test('without a phase before, or without requests after the heal, nothing can be said', () => {
  expect(recoveryOf({ ...BEFORE, latency: undefined }, series([40, 0]), 0)).toBeUndefined();
  expect(recoveryOf(BEFORE, series([40, 0]), 9_000)).toBeUndefined();
});
