/**
 * The states of each promised breaker over time, twice: as the wire's record shows them by the declared
 * promise, and as the service says.
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
  /** It was open or half-open at some time, or said so. */
  readonly moved: boolean;
  readonly attempts: number;
  readonly failures: number;
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
    const seen = seenOnWire(calls, promise, livesOf(records, edge.caller), from, to);
    const said = saidByService(records, id, from, to);
    const moved = [...seen, ...said].some((span) => span.state !== 'closed');
    return [{ edge: id, promise, attempts: calls.length, failures, moved, seen, said }];
  });
}

interface Moment {
  readonly at: number;
  /** At one instant: an end, then a new life, then a start. */
  readonly order: 0 | 1 | 2;
  readonly call?: ExchangeRecord;
}

/**
 * Replays starts and ends of calls against the promise. Whoever is killed or started again forgets, and begins
 * closed.
 */
function seenOnWire(
  calls: readonly ExchangeRecord[],
  promise: BreakerPromise,
  lives: readonly number[],
  from: number,
  to: number,
): BreakerSpan[] {
  const changes: { at: number; state: BreakerState }[] = [{ at: from, state: 'closed' }];
  const probes = new Set<ExchangeRecord>();
  let failed = 0;
  const now = () => changes.at(-1) ?? { at: from, state: 'closed' as const };
  const turn = (state: BreakerState, at: number) => {
    failed = 0;
    if (state !== 'half-open') probes.clear();
    if (now().state !== state) changes.push({ at, state });
  };
  for (const { at, order, call } of momentsOf(calls, lives)) {
    const { state, at: since } = now();
    if (call === undefined) turn('closed', at);
    else if (order === 2) {
      if (state === 'open' && at - since >= promise.openMs - promise.graceMs) turn('half-open', at);
      if (now().state === 'half-open') probes.add(call);
    } else if (state === 'half-open' && probes.has(call)) turn(isFailure(lookOf(call)) ? 'open' : 'closed', at);
    else if (state === 'closed') {
      failed = isFailure(lookOf(call)) ? failed + 1 : 0;
      if (failed >= promise.threshold) turn('open', at);
    }
  }
  return spansOf(changes, to);
}

function momentsOf(calls: readonly ExchangeRecord[], lives: readonly number[]): Moment[] {
  const moments: Moment[] = calls.flatMap((call) => [
    { at: call.at, order: 2, call },
    { at: call.endAt, order: 0, call },
  ]);
  return [...moments, ...lives.map((at): Moment => ({ at, order: 1 }))].sort(
    (a, b) => a.at - b.at || a.order - b.order,
  );
}

function livesOf(records: readonly HistoryRecord[], part: string): number[] {
  return records.flatMap((record) =>
    record.type === 'process' && record.part === part && record.event === 'started' ? [record.at] : [],
  );
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
