/** The states of a breaker, drawn from the wire's record and from what the service says. */
import { expect, test } from 'vitest';
import { sampleTopology } from '../../../fixtures/sample-run/topology.ts';
import type { ExchangeRecord, HistoryRecord } from '../../../harness/core/index.ts';
import { breakerTracks } from '../../../harness/report/digest/breakers.ts';

const call = (at: number, tookMs: number, good: boolean): ExchangeRecord => ({
  type: 'exchange',
  edge: 'payment->psp',
  protocol: 'http',
  operation: 'POST /charges',
  at,
  endAt: at + tookMs,
  outcome: good ? 'answered' : 'gave-up',
  ...(good ? { status: 201 } : {}),
  requestBytes: 1,
  responseBytes: 1,
  forwarded: true,
  connection: 1,
});
const fiveFailures = [0, 600, 1200, 1800, 2400].map((at) => call(at, 500, false));
const statesOf = (records: readonly HistoryRecord[]) =>
  breakerTracks(records, sampleTopology, 0, 10_000)[0]?.seen.map(({ state, from }) => [state, from]);

test('opens when the threshold is reached, is half-open with the probe, and closes when the probe succeeds', () => {
  expect(statesOf([...fiveFailures, call(5000, 20, true)])).toEqual([
    ['closed', 0],
    ['open', 2900],
    ['half-open', 5000],
    ['closed', 5020],
  ]);
});

test('opens again when the probe fails', () => {
  expect(statesOf([...fiveFailures, call(5000, 500, false)])?.at(-1)).toEqual(['open', 5500]);
});

test('stays closed when a success comes between the failures', () => {
  const records = [...fiveFailures.slice(0, 4), call(2350, 20, true), call(2400, 500, false)];
  expect(statesOf(records)).toEqual([['closed', 0]]);
});

test('begins closed when its owner is started again', () => {
  const restarted: HistoryRecord = { type: 'process', part: 'payment', event: 'started', at: 3500 };
  expect(statesOf([...fiveFailures, restarted])?.at(-1)).toEqual(['closed', 3500]);
});

test('keeps what the service says apart from what the wire saw', () => {
  const said: HistoryRecord = {
    type: 'service-event',
    service: 'payment',
    event: 'breaker',
    at: 100,
    detail: { edge: 'payment->psp', state: 'open' },
  };
  const [track] = breakerTracks([call(0, 10, true), said], sampleTopology, 0, 1000);
  expect(track?.seen.map(({ state }) => state)).toEqual(['closed']);
  expect(track?.said.map(({ state }) => state)).toEqual(['closed', 'open']);
  expect(track?.moved).toBe(true);
});
