/** One stream of HTTP/2 while it goes on: one exchange, and the record it becomes. */
import { caseOfTrace, type ExchangeRecord, type Outcome, traceOf, type WireRule } from '../../core/index.ts';
import { grantedMs, userOf } from '../header-facts.ts';
import type { ExchangeFacts } from '../session.ts';
import type { Field } from './hpack.ts';

/** What belongs to one stream, in the order in which it came. */
export type Piece =
  | { readonly kind: 'headers'; readonly fields: readonly Field[]; readonly end: boolean }
  | { readonly kind: 'data'; readonly bytes: Buffer; readonly end: boolean }
  | { readonly kind: 'window'; readonly payload: Buffer }
  | { readonly kind: 'reset'; readonly code: number };

/** One direction of a stream: its pieces pass, are kept for later, or reach nobody. */
export interface Lane {
  state: 'open' | 'held' | 'swallowed';
  held: Piece[];
}

export interface Stream extends ExchangeFacts {
  /** As the caller numbers it. */
  readonly id: number;
  /** As the callee sees it; undefined until it was passed on. */
  calleeId: number | undefined;
  readonly request: readonly Field[];
  readonly trace: string | undefined;
  readonly at: number;
  readonly up: Lane;
  readonly down: Lane;
  requestBytes: number;
  responseBytes: number;
  /** The caller's side has come to its end, the callee's has. */
  requestEnded: boolean;
  replyEnded: boolean;
  /** The callee's final head has come, and its status. */
  replied: boolean;
  httpStatus: number | undefined;
  /** The caller got that head. */
  headPassed: boolean;
  /** The callee got data, or the request's end. */
  forwarded: boolean;
  rule: WireRule | undefined;
  acted: boolean;
  /** Its request is kept back: whether the callee gets it is not known yet. */
  pending: boolean;
  /** The request, kept for a second sending. */
  copy: { readonly bytes: Buffer[]; size: number } | undefined;
  outcome: Outcome | undefined;
  endAt: number;
  status: number | undefined;
  recorded: boolean;
  closeOpen: () => void;
}

const NOTHING = () => undefined;

export function newStream(id: number, fields: readonly Field[], at: number): Stream {
  const header = (name: string) => headerOf(fields, name.toLowerCase());
  const trace = traceOf(header('traceparent'));
  return {
    id,
    calleeId: undefined,
    operation: operationOf(header),
    case: trace === undefined ? undefined : caseOfTrace(trace),
    key: header('idempotency-key'),
    header,
    request: fields,
    trace,
    at,
    up: { state: 'open', held: [] },
    down: { state: 'open', held: [] },
    requestBytes: 0,
    responseBytes: 0,
    requestEnded: false,
    replyEnded: false,
    replied: false,
    httpStatus: undefined,
    headPassed: false,
    forwarded: false,
    rule: undefined,
    acted: false,
    pending: false,
    copy: undefined,
    outcome: undefined,
    endAt: 0,
    status: undefined,
    recorded: false,
    closeOpen: NOTHING,
  };
}

/** A gRPC call is named by its path, `/package.Service/Method`; anything else as in HTTP/1.1. */
function operationOf(header: (name: string) => string | undefined): string {
  const path = (header(':path') ?? '/').replace(/[?#].*$/, '');
  return header('content-type')?.startsWith('application/grpc') ? path : `${header(':method') ?? 'GET'} ${path}`;
}

/** The value of the first field of that name, which must be in lower case. */
export function headerOf(fields: readonly Field[], name: string): string | undefined {
  return fields.find((field) => field.name === name)?.value;
}

export function recordOf(stream: Stream, edge: string, connection: number): ExchangeRecord {
  return {
    type: 'exchange',
    at: stream.at,
    case: stream.case,
    edge,
    protocol: 'grpc',
    operation: stream.operation,
    trace: stream.trace,
    endAt: stream.endAt,
    outcome: stream.outcome ?? 'open',
    status: stream.status,
    key: stream.key,
    requestBytes: stream.requestBytes,
    responseBytes: stream.responseBytes,
    forwarded: stream.forwarded,
    fault: stream.acted ? stream.rule?.id : undefined,
    connection,
    correlation: stream.header('x-correlation-id'),
    user: userOf(stream.header),
    grantedMs: grantedMs(stream.header, stream.at),
  };
}
