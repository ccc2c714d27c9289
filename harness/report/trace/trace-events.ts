/**
 * A history as a trace: the JSON of Chrome's Trace Event Format, which ui.perfetto.dev opens. Exchanges lie on a row of their caller, spans of
 * services beside them, arrows join what belongs to one trace id. Record by record, in memory that does not grow with their number.
 */
import type {
  ExchangeRecord,
  FaultRecord,
  HistoryRecord,
  MessageRecord,
  OperationRecord,
  ServiceEventRecord,
} from '../../core/index.ts';
import { newTracks, type TraceEvent, type Track } from './tracks.ts';

export interface TraceMaker {
  /** In time order, as a history has them. */
  add(record: HistoryRecord): void;
  /** What is still open (faults that were never healed) ends here. */
  finish(): void;
}

interface Slice extends Track {
  readonly ts: number;
}

/** Traces whose last slice is remembered for the next arrow; the oldest are let go. */
const MOST_TRACES = 20_000;
const FAULTS = 'faults';
const DRIVER = 'driver';

export function traceMaker(emit: (event: TraceEvent) => void): TraceMaker {
  const tracks = newTracks(emit);
  const link = arrows(emit);
  const open = new Map<string, FaultRecord>();
  let lastUs = 0;
  const instant = (part: string, thread: string, name: string, at: number, args: object) =>
    emit({ ph: 'i', s: 't', name, ...tracks.row(part, thread), ts: micros(at), args: { ...args } });
  const slice = (part: string, thread: string, name: string, record: Spanning, trace?: string) => {
    const { at, endAt, type: _, ...args } = record;
    const [ts, end] = [micros(at), Math.max(micros(at), micros(endAt))];
    const track = tracks.lane(part, thread, ts, end);
    emit({ ph: 'X', cat: record.type, name, ...track, ts, dur: end - ts, args });
    if (trace !== undefined) link(trace, { ...track, ts });
  };
  const endFault = (id: string, endUs: number) => {
    const begun = open.get(id);
    open.delete(id);
    if (begun === undefined) return;
    const ts = micros(begun.at);
    const track = tracks.lane(FAULTS, 'faults', ts, endUs);
    emit({
      ph: 'X',
      cat: 'fault',
      name: `${begun.fault} on ${begun.target}`,
      ...track,
      ts,
      dur: Math.max(0, endUs - ts),
      args: { id },
    });
  };
  const fault = (record: FaultRecord) => {
    if (record.event === 'injected') open.set(record.id, record);
    else if (record.event === 'healed') endFault(record.id, micros(record.at));
    else instant(FAULTS, 'hits', `${record.fault} hit ${record.target}`, record.at, { ...record });
  };
  return {
    add(record) {
      lastUs = Math.max(lastUs, micros('endAt' in record ? record.endAt : record.at));
      switch (record.type) {
        case 'exchange':
          return slice(callerOf(record.edge), record.edge, nameOf(record), record, record.trace);
        case 'operation':
          return slice(DRIVER, 'operations', operationName(record), record, record.trace);
        case 'message':
          return instant(callerOf(record.edge), `${record.edge} messages`, messageName(record), record.at, record);
        case 'connection':
          return instant(callerOf(record.edge), `${record.edge} connections`, record.event, record.at, record);
        case 'handshake':
          return instant(callerOf(record.edge), `${record.edge} connections`, 'handshake', record.at, { ...record });
        case 'process':
          return instant(record.part, 'life', record.event, record.at, record);
        case 'service-event':
          return says(record);
        case 'usage':
          return instant(record.part, 'life', `held ${record.moment}`, record.at, record);
        case 'fault':
          return fault(record);
      }
    },
    finish() {
      for (const id of [...open.keys()]) endFault(id, lastUs);
    },
  };

  function says(record: ServiceEventRecord): void {
    const { service, event, at, detail } = record;
    const { span, startedAt, tookMs, spanId, traceId } = detail;
    if (event !== 'span' || typeof startedAt !== 'number' || typeof tookMs !== 'number') {
      instant(service, 'says', event, at, detail);
      return;
    }
    // Spans are told when they end and lie within each other: pairs with an id, which need no order.
    const base = { cat: 'span', name: String(span), id: String(spanId), ...tracks.row(service, 'spans') };
    emit({ ph: 'b', ...base, ts: micros(startedAt), args: detail });
    emit({ ph: 'e', ...base, ts: Math.max(micros(startedAt), micros(startedAt + tookMs)) });
    if (typeof traceId === 'string') link(traceId, { pid: base.pid, tid: base.tid, ts: micros(startedAt) });
  }
}

type Spanning = ExchangeRecord | OperationRecord;

/** From each slice of a trace to the next one. */
function arrows(emit: (event: TraceEvent) => void): (trace: string, slice: Slice) => void {
  const last = new Map<string, Slice>();
  let made = 0;
  return (trace, slice) => {
    const before = last.get(trace);
    if (before !== undefined && before.ts <= slice.ts) {
      const flow = { cat: 'trace', name: trace, id: `${trace.slice(-8)}-${++made}` };
      emit({ ph: 's', ...flow, ...before });
      emit({ ph: 'f', bp: 'e', ...flow, ...slice });
    }
    last.delete(trace);
    last.set(trace, slice);
    const [oldest] = last.size > MOST_TRACES ? last.keys() : [];
    if (oldest !== undefined) last.delete(oldest);
  };
}

function nameOf({ operation, outcome, status }: ExchangeRecord): string {
  return outcome === 'answered'
    ? `${operation}${status === undefined ? '' : ` ${status}`}`
    : `${operation} (${outcome})`;
}

function operationName({ name, status, outcome }: OperationRecord): string {
  return `${name} ${status || outcome}`;
}

function messageName({ action, topic, headers, partition, offset }: MessageRecord): string {
  return `${action} ${headers?.type ?? topic} ${partition}@${offset ?? '?'}`;
}

function callerOf(edge: string): string {
  return edge.split('->')[0] ?? edge;
}

function micros(ms: number): number {
  return Math.round(ms * 1_000);
}
