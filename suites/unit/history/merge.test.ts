/** Several sources become one history; service log lines become records. */
import { expect, test } from 'vitest';
import type { HistoryRecord } from '../../../harness/core/index.ts';
import { mergeRecords, recordsOfCase, serviceEventOf, serviceEventsOf } from '../../../harness/history/index.ts';

const process = (at: number, part: string, owner?: string): HistoryRecord => ({
  type: 'process',
  at,
  part,
  event: 'ready',
  ...(owner && { case: owner }),
});

test('records of several sources stand in time order, and ties keep the order of the sources', () => {
  const merged = mergeRecords([process(3, 'a'), process(1, 'b')], [process(1, 'c'), process(2, 'd')]);
  expect(merged.map((record) => (record.type === 'process' ? record.part : ''))).toEqual(['b', 'c', 'd', 'a']);
});

test('a case keeps its own records and those of nobody', () => {
  const all = [process(1, 'a', 'one'), process(2, 'b', 'two'), process(3, 'c'), process(9, 'd', 'one')];
  expect(recordsOfCase(all, 'one', 0, 5)).toEqual([all[0], all[2]]);
});

test('a breaker line of a service becomes a record', () => {
  const line =
    '{"level":30,"time":1700000000000,"pid":9,"event":"breaker","edge":"payment->psp","state":"open","nested":{"a":1}}';
  expect(serviceEventOf(line, 'payment')).toEqual({
    type: 'service-event',
    at: 1_700_000_000_000,
    service: 'payment',
    event: 'breaker',
    detail: { edge: 'payment->psp', state: 'open' },
  });
});

test('the case of an event comes from its traceparent', () => {
  const line =
    '{"time":"2026-01-01T00:00:00Z","event":"x","traceparent":"00-00112233445566778899aabbccddeeff-0011223344556677-01"}';
  expect(serviceEventOf(line, 'order')).toMatchObject({
    at: Date.parse('2026-01-01T00:00:00Z'),
    case: '0011223344556677',
  });
});

test.each([
  'plain text',
  '{"msg":"no event","time":1}',
  '{"event":"cut',
  '{"event":"no time"}',
  '{"event":7,"time":1}',
])('%s is no event', (line) => {
  expect(serviceEventsOf(`${line}\n`, 'order')).toEqual([]);
});
