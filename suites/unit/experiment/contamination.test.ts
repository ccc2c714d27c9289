/** What makes a scoped verdict untrustworthy. */
import { expect, test } from 'vitest';
import type { HistoryRecord } from '../../../harness/core/index.ts';
import { findContamination } from '../../../harness/experiment/contamination.ts';

const exchange: HistoryRecord = {
  type: 'exchange',
  at: 1,
  endAt: 2,
  case: 'mine',
  edge: 'a->b',
  protocol: 'http',
  operation: 'GET /',
  outcome: 'answered',
  requestBytes: 1,
  responseBytes: 1,
  forwarded: true,
  connection: 1,
};
const fault = (more: object): HistoryRecord => ({
  type: 'fault',
  at: 1,
  case: 'other',
  id: 'f',
  fault: 'status',
  event: 'injected',
  target: 'a->b',
  detail: 'case',
  ...more,
});

test('exchanges and scoped faults of other cases do not contaminate', () => {
  expect(findContamination('mine', [exchange, fault({})])).toEqual([]);
});

test('a breaker that changes state contaminates', () => {
  const breaker: HistoryRecord = {
    type: 'service-event',
    at: 1,
    service: 'payment',
    event: 'breaker',
    detail: { state: 'open' },
  };
  expect(findContamination('mine', [breaker])).toEqual(['a breaker of payment became open']);
});

test('a process that is restarted contaminates', () => {
  expect(findContamination('mine', [{ type: 'process', at: 1, part: 'payment', event: 'killed' }])).toEqual([
    'payment was killed',
  ]);
});

test("another case's fault on everybody contaminates, one's own does not", () => {
  expect(findContamination('mine', [fault({ fault: 'down', detail: 'shared' })])).toHaveLength(1);
  expect(findContamination('mine', [fault({ fault: 'down', detail: 'shared', case: 'mine' })])).toEqual([]);
});

test("another case's hold contaminates only on an edge that was used", () => {
  expect(findContamination('mine', [exchange, fault({ fault: 'hold' })])).toHaveLength(1);
  expect(findContamination('mine', [exchange, fault({ fault: 'hold', target: 'c->d' })])).toEqual([]);
});
