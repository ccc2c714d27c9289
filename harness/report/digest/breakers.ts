/**
 * The states of each promised breaker over time, twice: as the wire's record shows them by the declared promise, and as the service says.
 * This is for the drawing; the verdict comes from the check.
 */
import type { BreakerPromise, ExchangeRecord, HistoryRecord, Topology } from '../../core/index.ts';
import { edgeId } from '../../core/index.ts';
import { idleTest, isFailure, lookOf } from './look.ts';

export type BreakerState = 'closed' | 'open' | 'half-open';

export interface BreakerSpan {
  readonly state: BreakerState;
  /** Epoch ms. */
  readonly from: number;
  readonly to: number;
}

export interface BreakerTrack {
  readonly edge: string;
  readonly promise: BreakerPromise;
  readonly seen: readonly BreakerSpan[];
  /** Empty when the service said nothing. */
  readonly said: readonly BreakerSpan[];
  readonly attempts: number;
  readonly failures: number;
  /** Calls begun while open, later than the promise's grace. */
  readonly leaks: number;
}

export function breakerTracks(
  records: readonly HistoryRecord[],
  topology: Topology,
  from: number,
  to: number,
): BreakerTrack[] {
  const isIdle = idleTest(topology.idle);
  return topology.edges.flatMap((edge) => {
    const promise = edge.promises?.breaker;
    if (promise === undefined) return [];
    const id = edgeId(edge);
    const calls = records
      .filter((record) => record.type === 'exchange')
      .filter((exchange) => exchange.edge === id && !isIdle(exchange));
    if (calls.length === 0) return [];
    const failures = calls.filter((call) => isFailure(lookOf(call))).length;
    return [
      {
        edge: id,
        promise,
        attempts: calls.length,
        failures,
        ...seenOnWire(calls, promise, from, to),
        said: saidByService(records, id, from, to),
      },
    ];
  });
}

interface Moment {
  readonly at: number;
  readonly begins: boolean;
  readonly call: ExchangeRecord;
}

/** Replays starts and ends of calls against the promise. */
function seenOnWire(
  calls: readonly ExchangeRecord[],
  promise: BreakerPromise,
  from: number,
  to: number,
): { seen: BreakerSpan[]; leaks: number } {
  const moments: Moment[] = calls
    .flatMap((call) => [
      { at: call.at, begins: true, call },
      { at: call.endAt, begins: false, call },
    ])
    .sort((a, b) => a.at - b.at || Number(a.begins) - Number(b.begins));
  const changes: { at: number; state: BreakerState }[] = [{ at: from, state: 'closed' }];
  const probes = new Set<ExchangeRecord>();
  let state = 'closed' as BreakerState;
  let openedAt = from;
  let failed = 0;
  let leaks = 0;
  const turn = (next: BreakerState, at: number) => {
    state = next;
    failed = 0;
    if (next === 'open') openedAt = at;
    if (next !== 'half-open') probes.clear();
    changes.push({ at, state: next });
  };
  for (const { at, begins, call } of moments) {
    if (begins) {
      if (state === 'open' && at - openedAt >= promise.openMs - promise.graceMs) turn('half-open', at);
      else if (state === 'open' && at - openedAt > promise.graceMs) leaks += 1;
      if (state === 'half-open') probes.add(call);
      continue;
    }
    const bad = isFailure(lookOf(call));
    if (state === 'half-open' && probes.has(call)) turn(bad ? 'open' : 'closed', at);
    else if (state === 'closed') {
      failed = bad ? failed + 1 : 0;
      if (failed >= promise.threshold) turn('open', at);
    }
  }
  return { seen: spansOf(changes, to), leaks };
}

function saidByService(records: readonly HistoryRecord[], edge: string, from: number, to: number): BreakerSpan[] {
  const changes = records.flatMap((record) => {
    if (record.type !== 'service-event' || record.event !== 'breaker' || record.detail.edge !== edge) return [];
    const { state } = record.detail;
    return isState(state) ? [{ at: record.at, state }] : [];
  });
  if (changes.length === 0) return [];
  changes.sort((a, b) => a.at - b.at);
  return spansOf([{ at: Math.min(from, changes[0]?.at ?? from), state: 'closed' as const }, ...changes], to);
}

function isState(value: unknown): value is BreakerState {
  return value === 'closed' || value === 'open' || value === 'half-open';
}

function spansOf(changes: readonly { at: number; state: BreakerState }[], to: number): BreakerSpan[] {
  return changes
    .map(({ at, state }, index) => ({ state, from: at, to: Math.max(at, changes[index + 1]?.at ?? to) }))
    .filter((span) => span.to > span.from);
}
