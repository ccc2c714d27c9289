/** The feed of records: what is kept of a long load is bounded, while every record is still seen. */
import { expect, test } from 'vitest';
import type { HistoryRecord, Lab } from '../../../harness/core/index.ts';
import { openFeed } from '../../../harness/experiment/index.ts';

const CASE = 'aaaaaaaaaaaaaaaa';
const BATCH = 1_000;

/** A lab whose wire streams `count` records, half of them of one case. */
function labOf(count: number): Lab {
  const record = (index: number): HistoryRecord => ({
    type: 'message',
    at: index,
    edge: 'order->kafka',
    action: 'produced',
    topic: 'order.events',
    partition: 0,
    offset: index,
    ...(index % 2 === 0 ? { case: CASE } : {}),
  });
  return {
    wire: {
      records: async (from: number) => ({ records: [], next: from === Number.MAX_SAFE_INTEGER && started ? count : 0 }),
      async stream(_from: number, onRecords: (records: readonly HistoryRecord[], next: number) => void) {
        started = true;
        for (let at = 0; at < count; at += BATCH) {
          onRecords(
            Array.from({ length: BATCH }, (_, index) => record(at + index)),
            at + BATCH,
          );
        }
      },
    },
    parts: { events: async () => ({ records: [], next: 0 }) },
  } as unknown as Lab;
}

let started = false;

test('by default everything is kept', async () => {
  started = false;
  const feed = await openFeed(labOf(10_000));
  await feed.sync();
  expect(feed.ofCase(CASE)).toHaveLength(5_000);
  expect(feed.since(0)).toHaveLength(10_000);
});

test('a bounded feed sees all and keeps the newest', async () => {
  started = false;
  let seen = 0;
  const feed = await openFeed(labOf(200_000), { most: 500, onRecord: () => void seen++ });
  await feed.sync();
  expect(seen).toBe(200_000);
  expect(feed.ofCase(CASE).length).toBeLessThanOrEqual(500);
  expect(feed.since(0).length).toBeLessThanOrEqual(1_000);
  expect(feed.ofCase(CASE).at(-1)).toMatchObject({ offset: 199_998 });
});

test('what the wire had to let go of unread is counted from the time at which it was noticed', async () => {
  started = false;
  const lab = labOf(1_000);
  const [fine, holed] = [lab, { ...lab, wire: { ...lab.wire, stream: holedStream } } as unknown as Lab];
  const whole = await openFeed(fine);
  await whole.sync();
  expect(whole.lostSince(0)).toBe(0);
  started = false;
  const feed = await openFeed(holed);
  await feed.sync();
  expect(feed.lostSince(0)).toBe(700);
  expect(feed.lostSince(Number.MAX_SAFE_INTEGER)).toBe(0);
});

/** Leaves out most of what there was, and says so. */
async function holedStream(_from: number, onRecords: (records: [], next: number, lost: number) => void) {
  started = true;
  onRecords([], 1_000, 700);
}

test('what is not to be kept is seen and forgotten', async () => {
  started = false;
  let seen = 0;
  const feed = await openFeed(labOf(20_000), { keep: ({ type }) => type === 'fault', onRecord: () => void seen++ });
  await feed.sync();
  expect([seen, feed.since(0).length]).toEqual([20_000, 0]);
});

test('breakers are known by what their services said last; a process that starts anew has them closed', async () => {
  started = false;
  const feed = await openFeed(labOf(0));
  const add = feed.add as (record: HistoryRecord) => void;
  const says = (service: string, edge: string, state: string) =>
    add({ type: 'service-event', at: 1, service, event: 'breaker', detail: { edge, state } });
  says('payment', 'payment->psp', 'open');
  says('shipping', 'shipping->carrier', 'open');
  says('shipping', 'shipping->carrier', 'half-open');
  says('gateway', 'gateway->order', 'open');
  says('gateway', 'gateway->order', 'closed');
  expect(feed.openBreakers()).toEqual([
    { name: 'payment for payment->psp', state: 'open' },
    { name: 'shipping for shipping->carrier', state: 'half-open' },
  ]);
  add({ type: 'process', at: 2, part: 'payment', event: 'started' });
  expect(feed.openBreakers()).toEqual([{ name: 'shipping for shipping->carrier', state: 'half-open' }]);
});

test('forgetting drops what is older, of cases too that were forgotten before and spoke once more', async () => {
  started = false;
  const feed = await openFeed(labOf(0));
  const add = feed.add as (record: HistoryRecord) => void;
  const says = (at: number, ...cases: string[]) =>
    add({
      type: 'exchange',
      at,
      edge: 'a->b',
      operation: 'GET /',
      ...(cases[0] && { case: cases[0] }),
    } as HistoryRecord);
  says(1, 'first');
  feed.forget('first', 0);
  says(2, 'first');
  says(3);
  says(2, 'second');
  says(8, 'second');
  feed.forget('', 5);
  expect(feed.since(0).map(({ at }) => at)).toEqual([2, 8]);
  expect(feed.ofCase('first')).toEqual([]);
  expect(feed.ofCase('second')).toHaveLength(2);
});
