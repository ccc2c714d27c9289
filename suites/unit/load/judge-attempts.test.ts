/** What became of orders that were not accepted. */
import { expect, test } from 'vitest';
import { HISTORY_TOPOLOGY as topology } from '../../../fixtures/histories/topology.ts';
import type { FinalState } from '../../../harness/core/index.ts';
import { judgeAttempts } from '../../../harness/load/judge-attempts.ts';

const failed = (trace: string, status: number) => ({
  ...{ kind: 'request' as const, endAt: 1_000, durationMs: 5, name: 'POST /api/v1/orders', timedOut: false },
  ...{ status, trace },
});
const stateOf = (trace: string, state: string): FinalState => ({
  entities: [{ entity: 'o-1', trace, state, at: 900 }],
  entries: [],
  pending: [],
});
const verdict = (status: number, state: FinalState) =>
  judgeAttempts({ failed: [failed('t1', status)], traced: 9 }, state, topology)[0];

test('an order without an answer may exist, and must then have come to an end', () => {
  for (const status of [0, 408, 500, 503, 504]) {
    expect(verdict(status, stateOf('t1', 'completed'))).toMatchObject({ status: 'pass', figures: { exist: 1 } });
    expect(verdict(status, stateOf('other', 'completed'))).toMatchObject({ status: 'pass', figures: { exist: 0 } });
    const stuck = verdict(status, stateOf('t1', 'pending'));
    expect(stuck).toMatchObject({ status: 'fail', reason: 'broken-promise' });
    expect(stuck?.evidence[0]).toContain('still pending');
  }
});

test('an order that was refused must not exist', () => {
  for (const status of [400, 409, 422, 429]) {
    expect(verdict(status, stateOf('t1', 'completed'))).toMatchObject({ status: 'fail' });
    expect(verdict(status, stateOf('other', 'completed'))).toMatchObject({ status: 'pass' });
  }
});

test('a scenario that names no traces leaves nothing to judge, one whose orders were all accepted passes', () => {
  expect(judgeAttempts({ failed: [], traced: 0 }, stateOf('t', 'completed'), topology)).toEqual([]);
  expect(judgeAttempts({ failed: [], traced: 3 }, stateOf('t', 'completed'), topology)).toMatchObject([
    { status: 'pass', summary: 'each of 3 orders was accepted' },
  ]);
});
