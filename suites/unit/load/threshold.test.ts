/** Thresholds: how they are written, what is refused, and how they are held against a load. */
import { expect, test } from 'vitest';
import type { LoadPhase } from '../../../harness/core/index.ts';
import { appliesTo, parseThreshold } from '../../../harness/load/index.ts';
import { judgeThreshold } from '../../../harness/load/threshold.ts';

const phase = (name: LoadPhase['phase'], more: Partial<LoadPhase> = {}): LoadPhase => ({
  phase: name,
  fromMs: 0,
  toMs: 10_000,
  requests: 200,
  errors: 4,
  statuses: { 200: 196, 503: 4 },
  latency: { p50: 10, p90: 80, p95: 120, p99: 400, max: 900 },
  throughput: 20,
  histogram: [],
  ...more,
});

const FIGURES = {
  phases: [phase('all'), phase('before'), phase('during', { requests: 0, errors: 0, latency: undefined })],
  dropped: 0,
  budgetUsed: 2,
  recoveryMs: 1_500,
};
const judged = (text: string) => judgeThreshold(parseThreshold(text), 'command', FIGURES);

test('phase, metric, comparison, limit, unit', () => {
  expect(parseThreshold('during:p95<500')).toMatchObject({ phase: 'during', metric: 'p95', operator: '<', limit: 500 });
  expect(parseThreshold('p99 <= 1.5s')).toMatchObject({ phase: 'all', metric: 'p99', operator: '<=', limit: 1_500 });
  expect(parseThreshold('after:errors<1%')).toMatchObject({ phase: 'after', metric: 'errors', limit: 1 });
});

test.each([
  ['p95', '"p95" is no threshold'],
  ['durring:p95<5', 'the threshold "durring:p95<5" names the phase durring'],
  ['p96<5', 'the threshold "p96<5" is on the metric p96, which no load has'],
  ['constructor<5', 'on the metric constructor, which no load has'],
  ['errors<5ms', 'is in ms, but errors is in %'],
  ['after:recovery<5s', 'names a phase, but recovery is of the whole load'],
])('%s is refused with one sentence', (text, sentence) => {
  expect(() => parseThreshold(text)).toThrow(
    expect.objectContaining({ code: 'bad-argument', message: expect.stringContaining(sentence) }),
  );
});

test.each([
  ['p95<200', 'pass', 120],
  ['p95<100', 'fail', 120],
  ['before:errors<=2%', 'pass', 2],
  ['rate>=25', 'fail', 20],
  ['recovery<2s', 'pass', 1_500],
  ['budget<=100', 'fail', 200],
  ['dropped<=0', 'pass', 0],
])('%s is %s', (text, status, value) => {
  expect(judged(text)).toMatchObject({ status, value, by: 'command' });
});

test('a phase without requests is unknown, never kept; a door that did not come back has no recovery', () => {
  expect(judged('during:p95<500')).toEqual({
    text: 'during:p95<500',
    phase: 'during',
    status: 'unknown',
    unit: 'ms',
    by: 'command',
  });
  const { recoveryMs: _, ...never } = FIGURES;
  expect(judgeThreshold(parseThreshold('recovery<60s'), 'scenario', never)).toMatchObject({ status: 'fail' });
});

test('without faults there are no phases and there is no recovery', () => {
  expect(['p95<5', 'during:p95<5', 'recovery<5'].map((text) => appliesTo(parseThreshold(text), false))).toEqual([
    true,
    false,
    false,
  ]);
});
