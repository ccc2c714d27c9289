/** Breaker conformance at its boundaries: grace, open period, probes, attempts in flight, 4xx, restarts, the second witness. */
import { describe, expect, test } from 'vitest';
import { breakerSays, CASE, exchange, newStory, START_MS, type Story } from '../../../fixtures/histories/story.ts';
import type { ExchangeRecord, HistoryRecord } from '../../../harness/core/index.ts';
import { judgeStory } from './load-case.ts';

const EDGE = 'payment->psp';
/** The fifth failure ends here; the promise: threshold 5, open 2,000 ms, 1 probe, grace 50 ms. */
const OPEN_AT = 500;

const failure = (endMs: number, more: Partial<ExchangeRecord> = {}) =>
  exchange(EDGE, endMs - 10, 10, { outcome: 'gave-up', ...more });
const success = (atMs: number, tookMs = 5) => exchange(EDGE, atMs, tookMs);
const fiveFailures = (more: Partial<ExchangeRecord> = {}) =>
  [100, 200, 300, 400, OPEN_AT].map((endMs) => failure(endMs, more));
const closing = [success(2_600), success(2_700)];

function storyOf(...records: HistoryRecord[]): Story {
  return { ...newStory(), records };
}
const judgeBreaker = (records: readonly HistoryRecord[], options: object = {}) =>
  judgeStory({ check: 'breaker-conformance', edge: EDGE, ...options }, storyOf(...records));

describe('while open', () => {
  test.each([
    ['at the moment of opening', 0, 'pass'],
    ['at the end of the grace', 49, 'pass'],
    ['just after the grace', 51, 'fail'],
    ['in the middle', 1_000, 'fail'],
    ['just before the end, beyond the blur', 1_949, 'fail'],
    ['within the blur of the end', 1_951, 'pass'],
  ])('a call %s (+%i ms) is judged %s', async (_, afterMs, status) => {
    const late = afterMs > 1_950 ? success(OPEN_AT + afterMs) : failure(OPEN_AT + afterMs + 10);
    expect((await judgeBreaker([...fiveFailures(), late, ...closing])).status).toBe(status);
  });

  test('attempts that were in flight when it opened are no leaks, however they end', async () => {
    const inFlight = [exchange(EDGE, 495, 300, { outcome: 'gave-up' }), exchange(EDGE, 480, 900)];
    const verdict = await judgeBreaker([...fiveFailures(), ...inFlight, ...closing]);
    expect(verdict).toMatchObject({ status: 'pass', figures: { trips: 1, leaks: 0 } });
  });

  test('a breaker that is off leaks every call', async () => {
    const storm = Array.from({ length: 40 }, (_, index) => failure(600 + index * 30));
    expect(await judgeBreaker([...fiveFailures(), ...storm])).toMatchObject({ status: 'fail', figures: { leaks: 40 } });
  });
});

describe('what counts as a failure', () => {
  test.each([
    ['a time-out', { outcome: 'gave-up' }],
    ['a reset', { outcome: 'reset' }],
    ['a refusal', { outcome: 'refused' }],
    ['a 503', { outcome: 'answered', status: 503 }],
  ] as const)('%s does', async (_, more) => {
    expect(await judgeBreaker([...fiveFailures(more), ...closing])).toMatchObject({
      status: 'pass',
      figures: { trips: 1 },
    });
  });

  test('a 402 does not: the callee is well', async () => {
    const declined = fiveFailures({ outcome: 'answered', status: 402 });
    expect(await judgeBreaker([...declined, success(700)])).toMatchObject({ status: 'unknown', reason: 'no-data' });
  });

  test('a success in between starts the count anew', async () => {
    const records = [failure(100), failure(200), failure(300), failure(400), success(410), failure(500), success(700)];
    expect(await judgeBreaker(records)).toMatchObject({ status: 'unknown', figures: { longestRun: 4, trips: 0 } });
  });

  test('idle operations do not', async () => {
    const probes = fiveFailures({ operation: 'GET /health' });
    expect(await judgeBreaker([...probes, success(700)])).toMatchObject({ figures: { attempts: 1 } });
  });

  test('four failures are not enough to judge, unless no trip is expected', async () => {
    const four = [...fiveFailures().slice(0, 4), success(700)];
    expect((await judgeBreaker(four)).status).toBe('unknown');
    expect((await judgeBreaker(four, { expectTrip: false })).status).toBe('pass');
  });
});

describe('half-open', () => {
  test('a second call beside the probe is one too many', async () => {
    const verdict = await judgeBreaker([...fiveFailures(), success(2_600, 100), success(2_650), success(2_800)]);
    expect(verdict).toMatchObject({
      status: 'fail',
      evidence: expect.arrayContaining([expect.stringContaining('1 probe')]),
    });
  });

  test('a call after the probe succeeded is welcome', async () => {
    expect((await judgeBreaker([...fiveFailures(), success(2_600, 100), success(2_700)])).status).toBe('pass');
  });

  test('a failed probe opens it for another full period', async () => {
    const again = [...fiveFailures(), failure(2_620)];
    expect(await judgeBreaker([...again, success(4_630)])).toMatchObject({
      status: 'pass',
      figures: { trips: 1, reopened: 1 },
    });
    expect(await judgeBreaker([...again, success(3_000), success(4_630)])).toMatchObject({ status: 'fail' });
  });

  test('a breaker that never closes was not seen to keep its promise', async () => {
    expect(await judgeBreaker([...fiveFailures(), failure(2_620)])).toMatchObject({
      status: 'unknown',
      reason: 'no-data',
    });
    expect((await judgeBreaker([...fiveFailures(), failure(2_620)], { expectClose: false })).status).toBe('pass');
  });

  test('silence after the threshold proves nothing', async () => {
    expect(await judgeBreaker(fiveFailures(), { expectClose: false })).toMatchObject({ status: 'unknown' });
  });
});

describe('its owner', () => {
  test('forgets when it is restarted: calls of the new process are no leaks', async () => {
    const restart: HistoryRecord = { type: 'process', at: START_MS + 700, part: 'payment', event: 'started' };
    const anew = [success(800), success(900)];
    expect(await judgeBreaker([...fiveFailures(), restart, ...anew], { expectClose: false })).not.toMatchObject({
      status: 'fail',
    });
  });

  test('bears witness: agreement and disagreement are noted, and alone change nothing', async () => {
    const story = storyOf(...fiveFailures(), ...closing);
    breakerSays(story, 'payment', EDGE, 'open', OPEN_AT + 3);
    expect(await judgeStory({ check: 'breaker-conformance', edge: EDGE }, story)).toMatchObject({
      status: 'pass',
      figures: { disagreements: 0 },
    });
    breakerSays(story, 'payment', EDGE, 'open', 9_000);
    expect(await judgeStory({ check: 'breaker-conformance', edge: EDGE }, story)).toMatchObject({
      status: 'pass',
      figures: { disagreements: 1 },
      evidence: expect.arrayContaining([expect.stringContaining('does not show why')]),
    });
  });

  test('that says it opened too early breaks the promise where the witness is strict', async () => {
    const story = storyOf(
      failure(100),
      success(2_300),
      ...fiveFailures().map((record) => ({ ...record, at: record.at + 4_000, endAt: record.endAt + 4_000 })),
      success(6_600),
    );
    breakerSays(story, 'payment', EDGE, 'open', 101);
    breakerSays(story, 'payment', EDGE, 'open', 4_502);
    const spec = { check: 'breaker-conformance', edge: EDGE };
    expect((await judgeStory(spec, story)).status).toBe('pass');
    expect((await judgeStory({ ...spec, witness: 'strict' }, story)).status).toBe('fail');
  });
});

test('calls are counted with their retries where the edge promises so', async () => {
  const { HISTORY_TOPOLOGY } = await import('../../../fixtures/histories/topology.ts');
  const edges = HISTORY_TOPOLOGY.edges.map((edge) =>
    edge.caller === 'payment' && edge.callee === 'psp' && edge.promises?.breaker
      ? {
          ...edge,
          promises: {
            ...edge.promises,
            retries: { attempts: 1, backoffMs: 20 },
            breaker: { ...edge.promises.breaker, counts: 'calls' as const },
          },
        }
      : edge,
  );
  const pairs = [1, 2, 3, 4].flatMap((call) => [
    failure(call * 100, { key: `k${call}` }),
    failure(call * 100 + 30, { key: `k${call}` }),
  ]);
  const verdict = await judgeStory({ check: 'breaker-conformance', edge: EDGE }, storyOf(...pairs, success(700)), {
    topology: { ...HISTORY_TOPOLOGY, edges },
  });
  expect(verdict).toMatchObject({ status: 'unknown', figures: { longestRun: 4 } });
});

test('figures tell latency, open time and recovery', async () => {
  const verdict = await judgeStory(
    { check: 'breaker-conformance', edge: EDGE },
    storyOf(...fiveFailures(), ...closing),
    {
      faults: [
        {
          id: 'f',
          spec: { fault: 'latency', target: EDGE },
          hits: 5,
          countedBy: 'x',
          injectedAt: START_MS,
          healedAt: START_MS + 2_000,
        },
      ],
    },
  );
  expect(verdict.figures).toMatchObject({ tripLatencyMs: 410, openMs: 2_100, recoveryMs: 605 });
  expect(CASE).toHaveLength(16);
});
