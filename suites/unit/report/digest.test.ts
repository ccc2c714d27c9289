/** The figures of a case: ledger, messages, edges, timeline, tally. */
import { describe, expect, test } from 'vitest';
import { makeSampleRun } from '../../../fixtures/sample-run/run.ts';
import { sampleTopology } from '../../../fixtures/sample-run/topology.ts';
import type { CaseResult, HistoryRecord, MessageRecord } from '../../../harness/core/index.ts';
import { MARK_FIELDS } from '../../../harness/report/client/lanes.js';
import { digestCase } from '../../../harness/report/digest/case.ts';
import { ledgerDigest } from '../../../harness/report/digest/ledger.ts';
import { messageFigures } from '../../../harness/report/digest/messages.ts';
import { spreadOf } from '../../../harness/report/digest/spread.ts';
import { isHunt, tallyOf } from '../../../harness/report/digest/tally.ts';
import { MARKS_MAX, timelineOf } from '../../../harness/report/digest/timeline.ts';

const { run, histories } = makeSampleRun({ orders: 6 });
const slow = run.experiments[0];

describe('the ledger', () => {
  const entity = (name: string, state: string) => ({ entity: name, state, trace: null, at: 0 });
  const entry = (name: string, kind: string, amount: number, key = kind) => ({
    entity: name,
    kind,
    key,
    amount,
    at: 1,
  });

  test('gives both sides of an equation and names the entities where they differ', () => {
    const state = {
      entities: [entity('a', 'completed'), entity('b', 'completed'), entity('c', 'pending')],
      entries: [
        entry('a', 'charged', 10),
        entry('a', 'shipped', 10),
        entry('b', 'charged', 7),
        entry('c', 'charged', 99),
      ],
      pending: [],
    };
    const [money] = ledgerDigest(state, sampleTopology.ledger).equations;
    expect(money).toMatchObject({
      left: { sum: 17 },
      right: { sum: 10 },
      entities: 2,
      unequal: 1,
      shown: [{ entity: 'b', left: 7, right: 0 }],
    });
  });

  test('says how many entries a state should have and which once-only entries stand twice', () => {
    const state = {
      entities: [entity('a', 'completed')],
      entries: [entry('a', 'charged', 10, 'k'), entry('a', 'charged', 10, 'k'), entry('x', 'shipped', 1)],
      pending: [],
    };
    const digest = ledgerDigest(state, sampleTopology.ledger);
    expect(digest.states.find((row) => row.state === 'completed')?.cells.charged).toEqual({
      entries: 2,
      sum: 20,
      wanted: 1,
    });
    expect(digest.states.find((row) => row.state === '(no entity)')?.cells.shipped).toEqual({ entries: 1, sum: 1 });
    expect(digest.repeated).toEqual([{ entity: 'a', kind: 'charged', key: 'k', times: 2 }]);
  });
});

describe('messages', () => {
  const message = (action: MessageRecord['action'], offset: number | undefined, id: string): MessageRecord => ({
    type: 'message',
    edge: 'order->kafka',
    action,
    topic: 'order.events',
    partition: 0,
    at: 0,
    headers: { 'event-id': id },
    ...(offset === undefined ? {} : { offset }),
    ...(action === 'produced' ? {} : { group: 'payment' }),
  });

  test('count copies by event id, repeats by group, and what was never acknowledged', () => {
    const records = [message('produced', 0, 'e1'), message('produced', 1, 'e1'), message('produced', undefined, 'e2')];
    const delivered = [
      message('delivered', 0, 'e1'),
      message('delivered', 1, 'e1'),
      message('delivered', 1, 'e1'),
      message('committed', 2, 'e1'),
    ];
    expect(messageFigures([...records, ...delivered])).toEqual([
      {
        topic: 'order.events',
        produced: 3,
        unacknowledged: 1,
        copies: 1,
        groups: [{ group: 'payment', delivered: 3, distinct: 1, duplicates: 2, commits: 1 }],
      },
    ]);
  });
});

describe('the timeline', () => {
  const result = slow?.case as CaseResult;

  test('is bounded, keeps everything that failed, and says what it left out', () => {
    const [sample] = (histories.get(result.id)?.records ?? []).filter(
      (record) => record.type === 'exchange' && record.edge === 'payment->psp',
    );
    if (sample?.type !== 'exchange') throw new Error('the sample has no exchange');
    const many: HistoryRecord[] = Array.from({ length: 9_000 }, (_, index) => ({
      ...sample,
      at: result.startedAt + index,
      endAt: result.startedAt + index + 5,
      outcome: index % 100 === 0 ? 'gave-up' : 'answered',
    }));
    const timeline = timelineOf(result, many, [], sampleTopology);
    expect(timeline.drawn).toBe(MARKS_MAX);
    expect(timeline.total).toBe(9_000);
    const looks = timeline.marks.filter((_, index) => index % MARK_FIELDS === 4);
    expect(looks.filter((look) => look === 2)).toHaveLength(90);
  });

  test('leaves idle exchanges out and counts them', () => {
    const history = histories.get(result.id);
    const timeline = timelineOf(result, history?.records ?? [], [], sampleTopology);
    expect(timeline.idle).toBeGreaterThan(0);
    expect(timeline.operations).not.toContain('Fetch');
  });

  test('shows a refused connection on its edge', () => {
    const refused: HistoryRecord = {
      type: 'connection',
      edge: 'payment->kafka',
      connection: 3,
      event: 'refused',
      at: result.startedAt + 5,
    };
    const timeline = timelineOf(result, [refused], [], sampleTopology);
    expect(timeline.operations).toEqual(['connection refused']);
  });
});

describe('the rest', () => {
  test('percentiles are those of the nearest rank', () => {
    expect(spreadOf([5, 1, 3, 2, 4])).toEqual({ count: 5, p50Ms: 3, p95Ms: 5, maxMs: 5 });
    expect(spreadOf([]).p50Ms).toBeNaN();
  });

  test('a digest of a case adds up', () => {
    const history = histories.get(slow?.case?.id ?? '');
    if (slow?.case === undefined || history === undefined) throw new Error('the sample has no first case');
    const digest = digestCase(slow.case, history, sampleTopology);
    const exchanges = history.records.filter((record) => record.type === 'exchange');
    expect(digest.edges.reduce((sum, edge) => sum + edge.exchanges + edge.idle, 0)).toBe(exchanges.length);
    expect(digest.operations.count).toBe(6);
    expect(digest.touched.get('slow-psp-1')?.get('payment->psp')).toBe(slow.case.faults[0]?.hits);
  });

  test('an experiment and a contract of one pair count as one promise each; in a hunt every defect does', () => {
    const promises = run.experiments.length + (run.contracts?.pairs.length ?? 0);
    const { all, defects } = tallyOf(run);
    expect(all.pass + all.fail + all.unknown).toBe(promises);
    expect(defects).toEqual({ found: 3, all: 4 });
    const { contracts: _contracts, ...hunt } = run;
    expect(isHunt(hunt)).toBe(true);
    expect(tallyOf(hunt).all).toEqual({ pass: 3, fail: 1, unknown: 0 });
  });
});
