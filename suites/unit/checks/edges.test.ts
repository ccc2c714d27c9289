/** Checks of edges and of the door at their boundaries: deadlines, fallbacks, retries, messages that got lost. */
import { describe, expect, test } from 'vitest';
import { threeOrders } from '../../../fixtures/histories/recipes.ts';
import {
  exchange,
  fault,
  message,
  newStory,
  operation,
  START_MS,
  type Story,
} from '../../../fixtures/histories/story.ts';
import type { ExchangeRecord, HistoryRecord } from '../../../harness/core/index.ts';
import { judgeStory } from './load-case.ts';

const storyOf = (...records: HistoryRecord[]): Story => ({ ...newStory(), records });

describe('deadline', () => {
  const spec = { check: 'deadline', edge: 'payment->psp', toleranceMs: 20 };

  test.each([
    [520, 'pass'],
    [521, 'fail'],
  ])('an attempt given up after %i ms is judged %s (promised 500, tolerated 20)', async (tookMs, status) => {
    expect((await judgeStory(spec, storyOf(exchange('payment->psp', 0, tookMs, { outcome: 'gave-up' })))).status).toBe(
      status,
    );
  });

  test('an exchange that never ended lasts until the end of the history', async () => {
    const story = storyOf(exchange('payment->psp', 0, 0, { outcome: 'open' }), operation('GET /x', 9_000, 1));
    expect((await judgeStory(spec, story)).status).toBe('fail');
  });
});

describe('fallback', () => {
  const spec = { check: 'fallback', edge: 'gateway->order' };
  const answer = (more: object) => {
    const story = storyOf(operation('POST /api/v1/orders', 50, 30, { outcome: 'error', ...more }));
    fault(story, 'status', 'gateway->order', 0, 500);
    return judgeStory(spec, story);
  };

  test.each([
    [{ status: 503, detail: { retryAfter: '1' } }, 'pass'],
    [{ status: 503, detail: {} }, 'fail'],
    [{ status: 502, detail: { retryAfter: '1' } }, 'fail'],
    [{ status: 0, detail: { error: 'socket hang up' } }, 'fail'],
    [{ status: 422 }, 'unknown'],
  ])('%j is judged %s', async (more, status) => {
    expect((await answer(more)).status).toBe(status);
  });
});

describe('retries', () => {
  const attempt = (atMs: number, outcome: 'reset' | 'gave-up' | 'answered') =>
    exchange('gateway->order', atMs, 5, { operation: 'POST /orders', trace: 'a'.repeat(32), key: 'key-1', outcome });
  const judged = async (...attempts: HistoryRecord[]) =>
    (await judgeStory({ check: 'retries', edge: 'gateway->order', neverAfter: ['gave-up'] }, storyOf(...attempts)))
      .status;

  test('one retry after a reset, after the back-off, is promised', async () => {
    expect(await judged(attempt(0, 'reset'), attempt(56, 'answered'))).toBe('pass');
  });
  test('a retry that comes at once is not', async () => {
    expect(await judged(attempt(0, 'reset'), attempt(6, 'answered'))).toBe('fail');
  });
  test('a second retry is not', async () => {
    expect(await judged(attempt(0, 'reset'), attempt(56, 'reset'), attempt(120, 'answered'))).toBe('fail');
  });
  test('a retry after a time-out is not', async () => {
    expect(await judged(attempt(0, 'gave-up'), attempt(56, 'answered'))).toBe('fail');
  });
  test('where nothing failed there is nothing to judge', async () => {
    expect(await judged(attempt(0, 'answered'))).toBe('unknown');
  });
});

describe('retries, more closely', () => {
  const call = (number: number, pauses: readonly number[], more: Partial<ExchangeRecord> = {}) => {
    let atMs = number * 2_000;
    return [0, ...pauses].map((pauseMs, attempt) => {
      atMs += pauseMs + (attempt === 0 ? 0 : 5);
      const outcome = attempt === pauses.length ? 'answered' : 'reset';
      const base = { operation: 'POST /orders', key: `k${number}`, trace: `${number}`.padStart(32, 'a') };
      return exchange('gateway->order', atMs, 5, { ...base, outcome, ...more });
    });
  };
  const judged = async (options: object, ...calls: HistoryRecord[][]) =>
    (await judgeStory({ check: 'retries', edge: 'gateway->order', attempts: 3, ...options }, storyOf(...calls.flat())))
      .status;

  test.each([
    ['pauses that grow', { growth: 2 }, [60, 125, 260], 'pass'],
    ['pauses that do not', { growth: 2 }, [60, 60, 60], 'fail'],
    ['pauses that have reached their limit', { growth: 2, mostMs: 80 }, [60, 85, 85], 'pass'],
  ] as const)('%s', async (_, options, pauses, status) => {
    expect(await judged(options, call(1, pauses))).toBe(status);
  });

  test('one pause that a busy machine made longer is no shrinking of those after it', async () => {
    const others = [call(2, [60, 110]), call(3, [70, 140])];
    expect(await judged({ growth: 1.4 }, call(1, [170, 130]), ...others)).toBe('pass');
    expect(await judged({ growth: 1.4 }, call(1, [170, 60]), call(2, [60, 70]), call(3, [70, 60]))).toBe('fail');
  });

  test('what has no idempotency key is never sent again', async () => {
    expect(await judged({}, call(1, [60], { key: undefined }))).toBe('fail');
    expect(await judged({}, call(1, [60], { key: undefined, operation: 'GET /orders/1' }))).toBe('pass');
    expect(await judged({ onlyRepeatable: false }, call(1, [60], { key: undefined }))).toBe('pass');
  });

  test('calls that all wait for the same time have no jitter', async () => {
    const calls = (pauseOf: (number: number) => number) =>
      Array.from({ length: 24 }, (_, number) => call(number + 1, [pauseOf(number)]));
    const jitter = { jitter: true };
    expect(await judged(jitter, ...calls(() => 60))).toBe('fail');
    expect(await judged(jitter, ...calls((number) => 50 + number))).toBe('pass');
    // A third of them came late: the machine was busy.
    expect(await judged(jitter, ...calls((number) => (number % 3 === 0 ? 62 + number : 60 + (number % 2))))).toBe(
      'fail',
    );
    expect(await judged(jitter, ...calls(() => 60).slice(0, 12))).toBe('unknown');
  });

  test('a budget and an amplification bound what all calls do together', async () => {
    const calls = [call(1, [60, 60]), call(2, []), call(3, []), call(4, [])];
    expect(await judged({ budget: 0.5 }, ...calls)).toBe('pass');
    expect(await judged({ budget: 0.25 }, ...calls)).toBe('fail');
    expect(await judged({ amplification: 1.5 }, ...calls)).toBe('pass');
    expect(await judged({ amplification: 1.4 }, ...calls)).toBe('fail');
  });
});

describe('nothing-lost', () => {
  const without = async (drop: (record: HistoryRecord) => boolean, control?: readonly HistoryRecord[]) => {
    const story = threeOrders();
    const records = story.records.filter((record) => !drop(record));
    return judgeStory(
      { check: 'nothing-lost', parts: ['deliveries'] },
      { ...story, records },
      control ? { control } : {},
    );
  };

  test('a message that one group never got is lost', async () => {
    const verdict = await without(
      (record) =>
        record.type === 'message' &&
        record.topic === 'shipping.events' &&
        record.group === 'payment' &&
        record.offset === 1,
    );
    expect(verdict).toMatchObject({ status: 'fail', evidence: [expect.stringContaining('never reached payment')] });
  });

  test('a message that was delivered and never committed is not done', async () => {
    const last = (record: HistoryRecord) =>
      record.type === 'message' && record.action === 'committed' && record.group === 'shipping' && record.offset === 4;
    expect(await without(last)).toMatchObject({
      status: 'fail',
      evidence: [expect.stringContaining('never committed by shipping')],
    });
  });

  test('a group that got nothing at all is known from the control run', async () => {
    const notification = (record: HistoryRecord) => record.type === 'message' && record.group === 'notification';
    expect((await without(notification)).status).toBe('pass');
    expect((await without(notification, threeOrders().records)).status).toBe('fail');
  });

  test('a message whose acknowledgement never came promises nothing', async () => {
    const story = threeOrders();
    const [known] = story.entities;
    message(story, 'order', 'order.events', 'order.placed', known?.entity ?? '', 200);
    const lost = story.records.findLast((record) => record.type === 'message' && record.action === 'produced');
    story.records = story.records.filter((record) => record.at < START_MS + 200);
    if (lost?.type === 'message') story.records.push({ ...lost, offset: undefined });
    expect((await judgeStory({ check: 'nothing-lost', parts: ['deliveries'] }, story)).status).toBe('pass');
  });

  test('an order that no event speaks of is a failure', async () => {
    const story = threeOrders();
    story.entities.push({ entity: 'silent', trace: null, state: 'completed', at: START_MS });
    expect(await judgeStory({ check: 'nothing-lost', parts: ['events'] }, story)).toMatchObject({
      status: 'fail',
      evidence: [expect.stringContaining('no event speaks of it')],
    });
  });
});

test('recovery counts to the first success on the edge after the heal', async () => {
  const story = storyOf(exchange('payment->psp', 100, 5, { outcome: 'reset' }), exchange('payment->psp', 900, 10));
  fault(story, 'reset', 'payment->psp', 50, 400);
  const spec = { check: 'recovery', until: 'success', edge: 'payment->psp', withinMs: 510 };
  expect(await judgeStory(spec, story)).toMatchObject({ status: 'pass', figures: { recoveryMs: 510 } });
  expect((await judgeStory({ ...spec, withinMs: 509 }, story)).status).toBe('fail');
});
