/** The exchanges of a case as lanes of marks, bounded: what a fault touched and what failed is kept first. */
import type {
  CaseResult,
  ExchangeRecord,
  FaultEvidence,
  HistoryRecord,
  MessageRecord,
  Topology,
} from '../../core/index.ts';
import { edgeId } from '../../core/index.ts';
import type { BreakerSpan, BreakerTrack } from './breakers.ts';
import { idleTest, isFailure, LOOKS, lookOf } from './look.ts';

/** Marks drawn at most for one case. */
export const MARKS_MAX = 1_500;
const ROWS = 4;
const EVENTS_MAX = 60;

/** Times are tenths of a millisecond since the case began: short in the page's data. */
export interface Timeline {
  readonly span: number;
  readonly lanes: readonly Lane[];
  readonly operations: readonly string[];
  /** Flat, `MARK_FIELDS` numbers each, in time order: lane, row, from, lasted, look, operation, status, fault (-1: none). */
  readonly marks: readonly number[];
  readonly faults: readonly FaultBand[];
  /** Parts that were killed, started, paused, … */
  readonly events: readonly { readonly at: number; readonly text: string }[];
  readonly drawn: number;
  readonly total: number;
  readonly idle: number;
}

export const MARK_FIELDS = 8;

export interface Lane {
  readonly edge: string;
  /** Bands of faults that reach this lane, by index. */
  readonly faults: readonly number[];
  readonly seen?: readonly StateSpan[];
  readonly said?: readonly StateSpan[];
}

export interface StateSpan {
  readonly state: string;
  readonly from: number;
  readonly to: number;
}

export interface FaultBand {
  readonly id: string;
  readonly label: string;
  readonly from: number;
  readonly to: number;
  readonly hits: number;
}

type Marked = ExchangeRecord | MessageRecord;

export function timelineOf(
  result: CaseResult,
  records: readonly HistoryRecord[],
  breakers: readonly BreakerTrack[],
  topology: Topology,
): Timeline {
  const isIdle = idleTest(topology.idle);
  const all = records.filter(
    (record): record is Marked =>
      record.type === 'exchange' || (record.type === 'message' && record.action !== 'committed'),
  );
  const asked = all.filter((record) => record.fault !== undefined || record.type === 'message' || !isIdle(record));
  const kept = thin(asked);
  const from = Math.min(result.startedAt, kept[0]?.at ?? result.startedAt);
  const tenths = (at: number) => Math.max(0, Math.round((at - from) * 10));
  const lanes = lanesOf(kept, result.faults, breakers, topology, tenths);
  const names = new Map<string, number>();
  const marks = packed(kept, lanes, result.faults, names, tenths);
  return {
    span: Math.max(1, tenths(Math.max(result.endedAt, result.startedAt + 1))),
    lanes,
    operations: [...names.keys()],
    marks,
    faults: result.faults.map((fault) => bandOf(fault, result.endedAt, tenths)),
    events: processEvents(records, tenths),
    drawn: kept.length,
    total: asked.length,
    idle: all.length - asked.length,
  };
}

/** Keeps time order. Where there are too many: first what failed or was touched, then every n-th of the rest. */
function thin(records: readonly Marked[]): Marked[] {
  const inOrder = records.toSorted((a, b) => a.at - b.at);
  if (inOrder.length <= MARKS_MAX) return inOrder;
  const telling = (record: Marked) =>
    record.fault !== undefined || (record.type === 'exchange' && isFailure(lookOf(record)));
  const first = evenly(inOrder.filter(telling), MARKS_MAX);
  const rest = evenly(
    inOrder.filter((record) => !telling(record)),
    MARKS_MAX - first.length,
  );
  return [...first, ...rest].sort((a, b) => a.at - b.at);
}

function evenly<T>(items: readonly T[], most: number): T[] {
  if (items.length <= most) return [...items];
  return Array.from({ length: most }, (_, index) => items[Math.floor((index * items.length) / most)] as T);
}

function lanesOf(
  kept: readonly Marked[],
  faults: readonly FaultEvidence[],
  breakers: readonly BreakerTrack[],
  topology: Topology,
  tenths: (at: number) => number,
): Lane[] {
  const present = new Set(kept.map((record) => record.edge));
  for (const { spec } of faults)
    if (topology.edges.some((edge) => edgeId(edge) === spec.target)) present.add(spec.target);
  const declared = topology.edges.map(edgeId);
  const order = [
    ...declared.filter((edge) => present.has(edge)),
    ...[...present].filter((edge) => !declared.includes(edge)),
  ];
  const spans = (list: readonly BreakerSpan[]) =>
    list.map(({ state, from, to }) => ({ state, from: tenths(from), to: tenths(to) }));
  return order.map((edge) => {
    const reached = faults.flatMap(({ spec }, index) =>
      spec.target === edge || edge.split('->').includes(spec.target) ? [index] : [],
    );
    const track = breakers.find((breaker) => breaker.edge === edge);
    if (track === undefined || !track.moved) return { edge, faults: reached };
    const said = track.said.length === 0 ? {} : { said: spans(track.said) };
    return { edge, faults: reached, seen: spans(track.seen), ...said };
  });
}

/** Puts marks that overlap in time on different rows of their lane. */
function packed(
  kept: readonly Marked[],
  lanes: readonly Lane[],
  faults: readonly FaultEvidence[],
  names: Map<string, number>,
  tenths: (at: number) => number,
): number[] {
  const laneOf = new Map(lanes.map((lane, index) => [lane.edge, index]));
  const faultOf = new Map(faults.map((fault, index) => [fault.id, index]));
  const busyUntil = lanes.map(() => new Array<number>(ROWS).fill(-1));
  return kept.flatMap((record, index) => {
    const lane = laneOf.get(record.edge) ?? 0;
    const from = tenths(record.at);
    const lasted = record.type === 'exchange' ? Math.max(0, tenths(record.endAt) - from) : 0;
    const rows = busyUntil[lane] ?? [];
    const free = rows.findIndex((until) => until <= from);
    const row = free === -1 ? index % ROWS : free;
    rows[row] = from + lasted;
    const name =
      record.type === 'exchange'
        ? record.operation
        : `${record.action} ${record.topic}${record.group === undefined ? '' : ` to ${record.group}`}`;
    if (!names.has(name)) names.set(name, names.size);
    const look = record.type === 'exchange' ? lookOf(record) : 'message';
    const status = record.type === 'exchange' ? (record.status ?? 0) : 0;
    return [
      lane,
      row,
      from,
      lasted,
      LOOKS.indexOf(look),
      names.get(name) ?? 0,
      status,
      faultOf.get(record.fault ?? '') ?? -1,
    ];
  });
}

function bandOf(fault: FaultEvidence, endedAt: number, tenths: (at: number) => number): FaultBand {
  const from = tenths(fault.injectedAt);
  return {
    id: fault.id,
    label: `${fault.spec.fault} on ${fault.spec.target.replace('->', ' → ')}`,
    from,
    to: Math.max(from, tenths(fault.healedAt ?? endedAt)),
    hits: fault.hits,
  };
}

function processEvents(
  records: readonly HistoryRecord[],
  tenths: (at: number) => number,
): { at: number; text: string }[] {
  return records
    .filter((record) => record.type === 'process')
    .slice(0, EVENTS_MAX)
    .map((record) => ({ at: tenths(record.at), text: `${record.part} ${record.event}` }));
}
