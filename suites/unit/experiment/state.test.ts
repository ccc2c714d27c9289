/** What the probes are asked for: no more than has happened since the horizon, which only ever moves on. */
import { expect, test } from 'vitest';
import tiny from '../../../fixtures/topologies/tiny.ts';
import type { Lab, Probe, Topology } from '../../../harness/core/index.ts';
import { stateReader } from '../../../harness/experiment/state.ts';

const entities = { store: 'db', database: 'order', sql: 'select entity, trace, state, at from orders;' };
const books = { service: 'psp', path: `/ledger?since=\${since}` };
const pending = { store: 'db', database: 'order', sql: 'select * from outbox' };

/** Rows at 1, 2, … 9; a probe that leaves out nothing. */
function labThatNotes(asked: Probe[]): Lab {
  const topology: Topology = {
    ...tiny,
    ledger: { entities, entries: [books], pending: [pending], terminal: {}, equations: [], once: [] },
  };
  const row = (at: number) => ({
    entity: `o-${at}`,
    trace: null,
    state: 'done',
    kind: 'charged',
    key: 'k',
    amount: 1,
    at,
  });
  const probe = async (one: Probe) => {
    asked.push(one);
    return one === pending ? [] : Array.from({ length: 9 }, (_, index) => row(index + 1));
  };
  return { topology, probe } as unknown as Lab;
}

test('what is older than the horizon is neither asked for nor seen', async () => {
  const asked: Probe[] = [];
  const reader = stateReader(labThatNotes(asked), 3.5);
  const first = await reader.read();
  expect(first.entities.map(({ at }) => at)).toEqual([4, 5, 6, 7, 8, 9]);
  reader.beginAt(7);
  reader.beginAt(5);
  const second = await reader.read();
  expect(second.entities.map(({ at }) => at)).toEqual([7, 8, 9]);
  expect(second.entries.map(({ at }) => at)).toEqual([7, 8, 9]);
  expect(asked.filter((probe) => 'service' in probe)).toEqual([
    { service: 'psp', path: '/ledger?since=3' },
    { service: 'psp', path: '/ledger?since=7' },
  ]);
  expect(asked.flatMap((probe) => ('sql' in probe && probe !== pending ? [probe.sql] : []))).toEqual([
    'select * from (select entity, trace, state, at from orders) as probed where at >= 3',
    'select * from (select entity, trace, state, at from orders) as probed where at >= 7',
  ]);
});
