/** What goes on although nobody asked for anything. */
import { expect, test } from 'vitest';
import shape from '../../../fixtures/topologies/tiny.ts';
import type { Lab, MessageRecord } from '../../../harness/core/index.ts';
import { isIdle, untilQuiet } from '../../../harness/experiment/quiescence.ts';

const topology = {
  ...shape,
  idle: [
    { edge: '*->kafka', operation: 'Fetch' },
    { edge: 'till->book', operation: 'GET /health*' },
  ],
};

test('an idle operation is matched exactly, by prefix, and by the end of the edge', () => {
  expect(isIdle(topology, 'order->kafka', 'Fetch')).toBe(true);
  expect(isIdle(topology, 'order->kafka', 'Produce')).toBe(false);
  expect(isIdle(topology, 'till->book', 'GET /health/live')).toBe(true);
  expect(isIdle(topology, 'driver->till', 'GET /health')).toBe(false);
});

test('a state that was read while somebody was behind is not the last word', async () => {
  const caseId = '00000000000000aa';
  const produced = { type: 'message', action: 'produced', topic: 'orders', partition: 0, offset: 0 } as MessageRecord;
  // The mailer commits once it was looked at: what is read before that has no mail in it.
  let looks = 0;
  let reads = 0;
  const quiet = await untilQuiet({
    lab: { topology: { ...topology, brokers: { kafka: { kind: 'kafka', topics: [] } } } } as unknown as Lab,
    caseId,
    of: 'case',
    startedAt: 0,
    deadlineMs: 5_000,
    signal: new AbortController().signal,
    seen: async () => [produced],
    offsets: async () => [{ group: 'mailer', topic: 'orders', partition: 0, end: 1, committed: looks++ === 0 ? 0 : 1 }],
    reader: {
      giveUp: async () => undefined,
      giveUpOn: () => undefined,
      beginAt: () => undefined,
      isGivenUp: () => false,
      async read() {
        reads++;
        const entries = looks > 1 ? [{ entity: 'sale-1', kind: 'message', key: 'booked', amount: 1, at: 1 }] : [];
        const sale = { entity: 'sale-1', trace: caseId + caseId, state: 'booked', at: 1 };
        return { entities: [sale], entries, pending: [] };
      },
    },
  });
  expect(quiet.quiet).toBe(true);
  expect(quiet.state.entries.map(({ kind }) => kind)).toEqual(['message']);
  expect(reads).toBe(1);
});

test('what an earlier case left undone for ever is not waited for', async () => {
  const quietWith = async (givenUp: readonly string[]) =>
    untilQuiet({
      lab: { topology: { ...topology, brokers: {} }, wire: { open: async () => [] } } as unknown as Lab,
      caseId: '00000000000000aa',
      of: 'all',
      startedAt: 0,
      deadlineMs: 40,
      signal: new AbortController().signal,
      seen: async () => [],
      offsets: async () => [],
      reader: {
        giveUp: async () => undefined,
        giveUpOn: () => undefined,
        beginAt: () => undefined,
        isGivenUp: ({ entity }) => givenUp.includes(String(entity)),
        read: async () => ({
          entities: [{ entity: 'sale-1', trace: 'b'.repeat(32), state: 'open', at: 1 }],
          entries: [],
          pending: [{ entity: 'sale-1', what: 'not booked', at: 1 }],
        }),
      },
    });
  expect(await quietWith([])).toMatchObject({
    quiet: false,
    pending: ['not booked of sale-1', 'sale-1 is still open'],
  });
  expect(await quietWith(['sale-1'])).toMatchObject({ quiet: true });
});

test('a late effect of what an earlier case left undone is not an effect of this one', async () => {
  const entriesWith = async (givenUp: readonly string[]) => {
    const { state } = await untilQuiet({
      lab: { topology: { ...topology, brokers: {} }, wire: { open: async () => [] } } as unknown as Lab,
      caseId: '00000000000000aa',
      of: 'all',
      startedAt: 0,
      deadlineMs: 1_000,
      signal: new AbortController().signal,
      seen: async () => [],
      offsets: async () => [],
      reader: {
        giveUp: async () => undefined,
        giveUpOn: () => undefined,
        beginAt: () => undefined,
        isGivenUp: ({ entity }) => givenUp.includes(String(entity)),
        read: async () => ({
          entities: [],
          entries: [{ entity: 'old-sale', kind: 'released', key: 'book', amount: 1, at: 5 }],
          pending: [],
        }),
      },
    });
    return state.entries.length;
  };
  expect(await entriesWith([])).toBe(1);
  expect(await entriesWith(['old-sale'])).toBe(0);
});
