/** The verdicts on a load. */
import { expect, test } from 'vitest';
import { HISTORY_TOPOLOGY as topology } from '../../../fixtures/histories/topology.ts';
import type { FaultEvidence, FinalState, LoadThreshold } from '../../../harness/core/index.ts';
import {
  judgeCaps,
  judgeEnd,
  judgeFaults,
  judgeLedger,
  judgeRecord,
  judgeThresholds,
} from '../../../harness/load/judge-load.ts';
import { planLoadChecks } from '../../../harness/load/plan-checks.ts';
import type { RequestPoint } from '../../../harness/load/points.ts';

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
const inputOf = (acceptedOrders: number, storedOrders: number) => ({
  topology,
  caseId: CASE,
  history: [],
  attempts: { accepted: accepted(acceptedOrders), requests: [] as RequestPoint[] },
  state: stateOf(storedOrders),
  faults: [] as FaultEvidence[],
  quietAfterMs: 0,
  lostRecords: 0,
});
const ledger = async (acceptedOrders: number, storedOrders: number) =>
  judgeLedger(
    (await planLoadChecks([{ check: 'nothing-lost' }], topology)).checks,
    inputOf(acceptedOrders, storedOrders),
  );

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

const FAULT: FaultEvidence = {
  id: 'f',
  spec: { fault: 'latency', target: 'payment->psp' },
  hits: 1,
  countedBy: '',
  injectedAt: 10_000,
  healedAt: 20_000,
};
const look = (endAt: number, durationMs: number, status = 200): RequestPoint => ({
  ...{ kind: 'request', name: 'GET /api/v1/stock/:productId', timedOut: false },
  ...{ endAt, durationMs, status },
});
const many = (fromMs: number, durationMs: number) =>
  Array.from({ length: 50 }, (_, index) => look(fromMs + index * 100, durationMs));
const unaffected = async (requests: readonly RequestPoint[]) => {
  const { checks } = await planLoadChecks([{ check: 'unaffected', operations: 'GET /api/v1/stock/*' }], topology);
  return judgeLedger(checks, { ...inputOf(0, 0), attempts: { accepted: [], requests }, faults: [FAULT] })[0];
};

test('what a fault must not touch is held against the requests before the fault', async () => {
  expect(await unaffected([...many(1_000, 20), ...many(12_000, 25)])).toMatchObject({ status: 'pass' });
  expect(await unaffected([...many(1_000, 20), ...many(12_000, 400)])).toMatchObject({ status: 'fail' });
  expect(await unaffected([...many(1_000, 20), ...many(12_000, 25), look(13_000, 5, 503)])).toMatchObject({
    status: 'fail',
  });
  expect(await unaffected(many(1_000, 20))).toMatchObject({ status: 'unknown', reason: 'no-data' });
});

test('lost records make checks of exchanges unknown, and leave those of the ledger', async () => {
  const specs = [{ check: 'breaker-conformance', edge: 'payment->psp' }, { check: 'nothing-lost' }];
  const { checks } = await planLoadChecks(specs, topology);
  const verdicts = judgeLedger(checks, { ...inputOf(10, 10), lostRecords: 7 });
  expect(verdicts).toMatchObject([{ reason: 'records-lost' }, { status: 'pass' }]);
  expect(judgeRecord(7)).toMatchObject([{ status: 'unknown', reason: 'records-lost' }]);
  expect(judgeRecord(0)).toEqual([]);
});
