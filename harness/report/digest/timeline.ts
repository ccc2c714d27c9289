/** The exchanges of a case as lanes of marks, bounded: what a fault touched and what failed is kept first. */
import type { CaseResult, FaultEvidence, HistoryRecord, Topology } from '../../core/index.ts';
import { edgeId } from '../../core/index.ts';
import type { BreakerSpan, BreakerTrack } from './breakers.ts';
import { LOOKS } from './look.ts';
import { isTelling, type Mark, marksOf } from './marks.ts';

/** Marks drawn at most for one case. */
export const MARKS_MAX = 1_500;
const ROWS = 4;
const EVENTS_MAX = 60;
const LANES_MAX = 80;

/** Times are tenths of a millisecond since the case began: short in the page's data. */
export interface Timeline {
  readonly span: number;
  readonly lanes: readonly Lane[];
  readonly operations: readonly string[];
  /**
   * Flat, `MARK_FIELDS` numbers each, in time order: lane, row, from, lasted, look, operation, status, fault (-1:
   * none).
   */
  readonly marks: readonly number[];
  readonly faults: readonly FaultBand[];
  /** Parts that were killed, started, paused, … */
  readonly events: readonly { readonly at: number; readonly text: string }[];
  readonly drawn: number;
  readonly total: number;
  readonly idle: number;
}

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

export function timelineOf(
  result: CaseResult,
  records: readonly HistoryRecord[],
  breakers: readonly BreakerTrack[],
  topology: Topology,
): Timeline {
  const { marks, idle } = marksOf(records, topology.idle);
  const kept = thin(marks);
  const from = Math.min(result.startedAt, kept[0]?.at ?? result.startedAt);
  const tenths = (at: number) => Math.max(0, Math.round((at - from) * 10));
  const lanes = lanesOf(kept, result.faults, breakers, topology, tenths);
  const drawn = kept.filter((mark) => lanes.some((lane) => lane.edge === mark.edge));
  const names = [...new Set(drawn.map((mark) => mark.name))];
  return {
    span: Math.max(1, tenths(Math.max(result.endedAt, result.startedAt + 1))),
    lanes,
    operations: names,
    marks: packed(drawn, lanes, result.faults, names, tenths),
    faults: result.faults.map((fault) => bandOf(fault, result.endedAt, tenths)),
    events: processEvents(records, tenths),
    drawn: drawn.length,
    total: marks.length,
    idle,
  };
}

/** Keeps time order. Where there are too many: first what failed or was touched, then every n-th of the rest. */
function thin(marks: readonly Mark[]): readonly Mark[] {
  if (marks.length <= MARKS_MAX) return marks;
  const first = evenly(marks.filter(isTelling), MARKS_MAX);
  const calm = marks.filter((mark) => !isTelling(mark));
  return [...first, ...evenly(calm, MARKS_MAX - first.length)].sort((a, b) => a.at - b.at);
}

function evenly<T>(items: readonly T[], most: number): T[] {
  if (items.length <= most) return [...items];
  return Array.from({ length: most }, (_, index) => items[Math.floor((index * items.length) / most)] as T);
}

function lanesOf(
  kept: readonly Mark[],
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
  ].slice(0, LANES_MAX);
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
  marks: readonly Mark[],
  lanes: readonly Lane[],
  faults: readonly FaultEvidence[],
  names: readonly string[],
  tenths: (at: number) => number,
): number[] {
  const laneOf = new Map(lanes.map((lane, index) => [lane.edge, index]));
  const faultOf = new Map(faults.map((fault, index) => [fault.id, index]));
  const nameOf = new Map(names.map((name, index) => [name, index]));
  const busyUntil = lanes.map(() => new Array<number>(ROWS).fill(-1));
  return marks.flatMap((mark, index) => {
    const lane = laneOf.get(mark.edge) ?? 0;
    const from = tenths(mark.at);
    const lasted = Math.max(0, tenths(mark.endAt) - from);
    const rows = busyUntil[lane] ?? [];
    const free = rows.findIndex((until) => until <= from);
    const row = free === -1 ? index % ROWS : free;
    rows[row] = from + lasted;
    const fault = mark.fault === undefined ? -1 : (faultOf.get(mark.fault) ?? -1);
    return [lane, row, from, lasted, LOOKS.indexOf(mark.look), nameOf.get(mark.name) ?? 0, mark.status, fault];
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
