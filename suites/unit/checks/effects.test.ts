/** Any effect that is missing or stands twice is seen, whichever it is; properties of conservation, exactly-once and the ledger checks. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { threeOrders } from '../../../fixtures/histories/recipes.ts';
import { CASE, fault, newStory, operation, order } from '../../../fixtures/histories/story.ts';
import type { LedgerRow } from '../../../harness/core/index.ts';
import { judgeStory } from './load-case.ts';

async function statuses(change: (entries: readonly LedgerRow[]) => LedgerRow[]) {
  const story = threeOrders();
  story.entries = change(story.entries);
  return Promise.all(
    ['conservation', 'exactly-once'].map(async (check) => (await judgeStory({ check }, story)).status),
  );
}

const effects = threeOrders().entries.length;

describe('effects in the ledger', () => {
  test('as they are, both checks pass', async () => {
    expect(await statuses((entries) => [...entries])).toEqual(['pass', 'pass']);
  });

  test('taking out any effect makes one of the checks fail', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: effects - 1 }), async (index) => {
        expect(await statuses((entries) => entries.toSpliced(index, 1))).toContain('fail');
      }),
      { seed: 11, numRuns: effects * 3 },
    );
  });

  test('doubling any effect makes exactly-once fail, under the same key and under another one', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: effects - 1 }), fc.boolean(), async (index, otherKey) => {
        const [conserved, once] = await statuses((entries) => {
          const row = entries[index] as LedgerRow;
          return [...entries, { ...row, at: row.at + 1, key: otherKey ? `${row.key}-again` : row.key }];
        });
        expect([conserved, once]).toContain('fail');
        if (!otherKey) expect(once).toBe('fail');
      }),
      { seed: 12, numRuns: effects * 4 },
    );
  });

  test('an effect that belongs to no known entity is an effect too many', async () => {
    const story = threeOrders();
    story.entries.push({ entity: 'nobody', kind: 'charged', key: 'nobody', amount: 10, at: story.records[0]?.at ?? 0 });
    const verdict = await judgeStory({ check: 'conservation' }, story);
    expect(verdict).toMatchObject({
      status: 'fail',
      evidence: [expect.stringContaining('belongs to no known entity')],
    });
  });

  test('an order that is still on its way cannot be added up', async () => {
    const story = threeOrders();
    order(story, 4, 'pending', 60);
    expect(await judgeStory({ check: 'conservation' }, story)).toMatchObject({ status: 'unknown', reason: 'no-data' });
  });
});

describe('one key at the door', () => {
  const twin = (entity: string | undefined, outcome: 'ok' | 'error' = 'ok') =>
    operation('POST /api/v1/orders', 3, 20, { status: 201, key: 'key-1', outcome, entity });

  test('answered with two entities is a failure', async () => {
    const story = threeOrders();
    story.records.push(twin('00000000-0000-4000-8000-000000000777'));
    expect(await judgeStory({ check: 'exactly-once' }, story)).toMatchObject({ status: 'fail' });
  });

  test('answered once and refused once is none', async () => {
    const story = threeOrders();
    story.records.push(twin(undefined, 'error'));
    expect(await judgeStory({ check: 'exactly-once', repeats: true }, story)).toMatchObject({ status: 'pass' });
  });

  test('that was never used twice is no data where repeats are wanted', async () => {
    expect(await judgeStory({ check: 'exactly-once', repeats: true }, threeOrders())).toMatchObject({
      status: 'unknown',
    });
  });
});

describe('terminal states', () => {
  test('an entity on its way is stuck, and its pending work is named', async () => {
    const story = newStory();
    order(story, 1, 'pending', 0);
    expect(await judgeStory({ check: 'terminal-states' }, story)).toMatchObject({
      status: 'fail',
      reason: 'stuck',
      evidence: [expect.stringContaining('still pending'), expect.stringContaining('outbox row order.placed')],
    });
  });

  test('another end than the expected one is a broken promise', async () => {
    const story = newStory();
    order(story, 1, 'completed', 0);
    const verdict = await judgeStory({ check: 'terminal-states', expect: { state: 'payment_failed' } }, story);
    expect(verdict).toMatchObject({ status: 'fail', reason: 'broken-promise' });
  });

  test("entities of another case are not the case's", async () => {
    const story = newStory();
    order(story, 1, 'completed', 0);
    story.entities.push({ entity: 'foreign', trace: CASE.replace('1', '2').padEnd(32, '0'), state: 'pending', at: 0 });
    expect(await judgeStory({ check: 'terminal-states' }, story)).toMatchObject({ status: 'pass' });
  });
});

describe('settled in time', () => {
  const lateBy = async (healMs: number | undefined) => {
    const story = newStory();
    order(story, 1, 'completed', 0);
    story.entries = story.entries.map((row) => (row.kind === 'message' ? { ...row, at: row.at + 12_000 } : row));
    if (healMs !== undefined) fault(story, 'down', 'notification->mail', 1, healMs);
    return (await judgeStory({ check: 'settled-in-time' }, story)).status;
  };

  test('counts from the beginning where nothing was broken', async () => expect(await lateBy(undefined)).toBe('fail'));
  test('counts from the heal where it came later', async () => expect(await lateBy(5_000)).toBe('pass'));
  test('promises nothing to what ended while the fault was on', async () => expect(await lateBy(60_000)).toBe('pass'));
});
