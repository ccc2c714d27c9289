/** A history as a trace: every event well-formed, nothing overlapping on a row, arrows along one trace id, faults as spans of time. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { RECIPES } from '../../../fixtures/histories/recipes.ts';
import type { ExchangeRecord, HistoryRecord } from '../../../harness/core/index.ts';
import { mergeRecords } from '../../../harness/history/index.ts';
import { traceMaker } from '../../../harness/report/index.ts';
import type { TraceEvent } from '../../../harness/report/trace/tracks.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

function eventsOf(records: readonly HistoryRecord[]): TraceEvent[] {
  const events: TraceEvent[] = [];
  const maker = traceMaker((event) => events.push(event));
  for (const record of mergeRecords(records)) maker.add(record);
  maker.finish();
  return events;
}

const exchange = (edge: string, at: number, endAt: number, more: Partial<ExchangeRecord> = {}): ExchangeRecord => ({
  ...{ type: 'exchange', protocol: 'http', operation: 'GET /x', outcome: 'answered', status: 200, forwarded: true },
  ...{ requestBytes: 1, responseBytes: 1, connection: 1, edge, at, endAt },
  ...more,
});
const named = (events: readonly TraceEvent[], what: 'process_name' | 'thread_name') =>
  new Map(
    events
      .filter(({ name }) => name === what)
      .map(({ pid, tid, args }) => [what === 'process_name' ? pid : tid, args?.name]),
  );

test.each(Object.keys(RECIPES))(
  'the history of %s: times in order, names for every row, no overlap in a lane',
  (check) => {
    const events = eventsOf(RECIPES[check]?.bad().records ?? []);
    const [parts, rows] = [named(events, 'process_name'), named(events, 'thread_name')];
    const ends = new Map<number, number>();
    for (const { ph, pid, tid, ts = Number.NaN, dur = 0 } of events) {
      if (ph === 'M') continue;
      expect(parts.has(pid) && rows.has(tid)).toBe(true);
      expect(Number.isSafeInteger(ts) && dur >= 0).toBe(true);
      if (ph !== 'X') continue;
      expect(ts).toBeGreaterThanOrEqual(ends.get(tid) ?? 0);
      ends.set(tid, ts + dur);
    }
    expect(events.length).toBeGreaterThan(3);
  },
);

test('calls that overlap lie in lanes of their own, later ones use them again', () => {
  const events = eventsOf([
    exchange('order->inventory', 1_000, 1_010),
    exchange('order->inventory', 1_005, 1_006),
    exchange('order->inventory', 1_020, 1_030, { outcome: 'gave-up' }),
  ]);
  const slices = events.filter(({ ph }) => ph === 'X');
  const rows = named(events, 'thread_name');
  expect(slices.map(({ tid }) => rows.get(tid))).toEqual([
    'order->inventory',
    'order->inventory 2',
    'order->inventory',
  ]);
  expect(slices[2]).toMatchObject({ name: 'GET /x (gave-up)', ts: 1_020_000, dur: 10_000 });
});

test('an arrow leads from each slice of a trace to the next, whatever part it is in', () => {
  const trace = 'a'.repeat(32);
  const span = {
    span: 'POST /orders',
    kind: 'server',
    traceId: trace,
    spanId: 'b'.repeat(16),
    startedAt: 1_002,
    tookMs: 5,
  };
  const events = eventsOf([
    exchange('gateway->order', 1_000, 1_010, { trace }),
    { type: 'service-event', at: 1_007, service: 'order', event: 'span', detail: span },
    exchange('order->inventory', 1_020, 1_025, { trace }),
    exchange('order->inventory', 1_021, 1_022),
  ]);
  const starts = events.filter(({ ph }) => ph === 's');
  const finishes = events.filter(({ ph }) => ph === 'f');
  expect(starts.map(({ ts }) => ts)).toEqual([1_000_000, 1_002_000]);
  expect(finishes.map(({ ts }) => ts)).toEqual([1_002_000, 1_020_000]);
  expect(finishes.map(({ id }) => id)).toEqual(starts.map(({ id }) => id));
  const pair = events.filter(({ cat }) => cat === 'span');
  expect(pair.map(({ ph, ts }) => [ph, ts])).toEqual([
    ['b', 1_002_000],
    ['e', 1_007_000],
  ]);
});

test('a fault lasts from injection to heal, one that was never healed to the end', () => {
  const fault = (id: string, event: 'injected' | 'hit' | 'healed', at: number): HistoryRecord => ({
    ...{ type: 'fault', fault: 'latency', target: 'payment->psp', id, event, at },
  });
  const events = eventsOf([
    fault('1', 'injected', 10),
    fault('2', 'injected', 20),
    fault('1', 'hit', 25),
    fault('1', 'healed', 30),
    exchange('a->b', 40, 90),
  ]);
  const spans = events.filter(({ cat }) => cat === 'fault').map(({ ts, dur }) => [ts, dur]);
  expect(spans).toEqual([
    [10_000, 20_000],
    [20_000, 70_000],
  ]);
});

test('what is remembered does not grow with the number of records', () => {
  let events = 0;
  const maker = traceMaker(() => void events++);
  const record = (index: number) =>
    exchange('a->b', index, index + 0.5, { trace: index.toString(16).padStart(32, '0') });
  for (let index = 0; index < 50_000; index++) maker.add(record(index));
  collect();
  const before = process.memoryUsage().heapUsed;
  for (let index = 50_000; index < 250_000; index++) maker.add(record(index));
  collect();
  expect(events).toBeGreaterThan(250_000);
  // 200,000 more records, were they kept, would take more than a hundred bytes each.
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(5_000_000);
});
