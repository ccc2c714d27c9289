/** Several sources become one history, in time order. */
import { expect, test } from 'vitest';
import type { HistoryRecord } from '../../../harness/core/index.ts';
import { mergeRecords, recordsOfCase } from '../../../harness/history/index.ts';

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
