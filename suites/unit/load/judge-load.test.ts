/** The verdicts on a load. */
import { expect, test } from 'vitest';
import { HISTORY_TOPOLOGY as topology } from '../../../fixtures/histories/topology.ts';
import type { FaultEvidence, FinalState, LoadThreshold } from '../../../harness/core/index.ts';
import { judgeCaps, judgeEnd, judgeFaults, judgeLedger, judgeThresholds } from '../../../harness/load/judge-load.ts';

const CASE = 'aaaaaaaaaaaaaaaa';

const stateOf = (orders: number): FinalState => ({
  entities: Array.from({ length: orders }, (_, index) => ({
    entity: `order-${index}`,
    trace: `${CASE}${String(index).padStart(16, '0')}`,
    state: 'completed',
    at: 1_000 + index,
  })),
  entries: [],
  pending: [],
});
const accepted = (orders: number) =>
  Array.from({ length: orders }, (_, index) => ({
    kind: 'accepted' as const,
    at: 1_000 + index,
    entity: `order-${index}`,
    key: `key-${index}`,
  }));
const ledger = (acceptedOrders: number, storedOrders: number) =>
  judgeLedger([{ check: 'nothing-lost' }], {
    topology,
    caseId: CASE,
    history: [],
    accepted: accepted(acceptedOrders),
    state: stateOf(storedOrders),
    faults: [],
    quietAfterMs: 0,
  });

test('no order is lost among thousands', async () => {
  expect(await ledger(5_000, 5_000)).toMatchObject([{ check: 'nothing-lost', status: 'pass' }]);
});

test('one order lost among thousands is found and named', async () => {
  const [verdict] = await ledger(5_000, 4_999);
  expect(verdict).toMatchObject({ status: 'fail' });
  expect(verdict?.evidence[0]).toContain('order-4999');
});

test('stock that is short is sold once: what was given back may be sold again', () => {
  const row = (entity: string, kind: string) => ({ entity, kind, key: 'scarce', amount: 1, at: 0 });
  const entries = ['a', 'b', 'c'].map((entity) => row(entity, 'reserved'));
  const cap = { kind: 'reserved', less: 'released', key: 'scarce', atMost: 3 };
  const judged = (rows: readonly ReturnType<typeof row>[]) =>
    judgeCaps([cap], { entities: [], pending: [], entries: rows })[0]?.status;
  expect(judged(entries)).toBe('pass');
  expect(judged([...entries, row('d', 'reserved')])).toBe('fail');
  expect(judged([...entries, row('d', 'reserved'), row('a', 'released')])).toBe('pass');
  expect(judgeCaps([], stateOf(0))).toEqual([]);
});

test('a crossed threshold fails, one without data is unknown, and each is in the evidence', () => {
  const threshold = (text: string, status: LoadThreshold['status']): LoadThreshold => ({
    text,
    status,
    phase: 'all',
    unit: 'ms',
    by: 'scenario',
    ...(status === 'unknown' ? {} : { value: 7 }),
  });
  const [kept, crossed, open] = [threshold('p50<9', 'pass'), threshold('p95<5', 'fail'), threshold('p99<5', 'unknown')];
  expect(judgeThresholds([])).toEqual([]);
  expect(judgeThresholds([kept])).toMatchObject([{ status: 'pass' }]);
  expect(judgeThresholds([kept, open])).toMatchObject([{ status: 'unknown', reason: 'no-data' }]);
  expect(judgeThresholds([kept, crossed, open])).toMatchObject([
    { status: 'fail', evidence: ['p50<9: 7 ms, pass', 'p95<5: 7 ms, fail', 'p99<5: nothing measured, unknown'] },
  ]);
});

test('thresholds of the script are a verdict, a broken or stopped load is unknown, and no request is no evidence', () => {
  const end = (exitCode: number, how: 'completed' | 'thresholds' | 'stopped' | 'broken', requests = 9) =>
    judgeEnd({ exitCode, end: how, said: 'so it said' }, requests, false)[0];
  expect(end(0, 'completed')).toMatchObject({ status: 'pass' });
  expect(end(0, 'completed', 0)).toMatchObject({ status: 'unknown', reason: 'no-data' });
  expect(end(99, 'thresholds')).toMatchObject({ status: 'fail', summary: expect.stringContaining('so it said') });
  expect(end(107, 'broken')).toMatchObject({ status: 'unknown', summary: expect.stringContaining('after 9 requests') });
  expect(judgeEnd({ exitCode: 105, end: 'stopped' }, 9, true)[0]).toMatchObject({ reason: 'interrupted' });
});

test('a fault that hit nothing makes the load unknown', () => {
  const fault = (hits: number): FaultEvidence => ({
    id: 'f',
    spec: { fault: 'latency', target: 'a->b' },
    hits,
    countedBy: 'replies that came late',
    injectedAt: 0,
  });
  expect(judgeFaults([fault(3)])).toMatchObject([{ status: 'pass' }]);
  expect(judgeFaults([fault(3), fault(0)])).toMatchObject([{ status: 'unknown', reason: 'fault-never-landed' }]);
});
