/** One HTTP exchange while it goes on, and the record it becomes. */
import { caseOfTrace, type ExchangeRecord, type Outcome, traceOf, type WireRule } from '../../core/index.ts';
import { grantedMs, userOf } from '../header-facts.ts';
import type { ExchangeFacts } from '../session.ts';
import type { BodyShape } from '../shape-of.ts';
import { headerOf, type RequestHead } from './head.ts';
import type { OwnReply } from './own-reply.ts';

export interface Exchange extends ExchangeFacts {
  readonly request: RequestHead;
  readonly trace: string | undefined;
  /** When the first byte of its head came. */
  readonly at: number;
  requestBytes: number;
  /** Bytes of the reply that were passed to the caller. */
  responseBytes: number;
  /** The whole request has come. */
  requestDone: boolean;
  /** The request goes to the callee; false: the wire answers it itself. */
  asked: boolean;
  /** The callee's final reply has begun: the next reply is another exchange's. */
  replied: boolean;
  /** The rule that acts on it, and whether it has acted. */
  rule: WireRule | undefined;
  acted: boolean;
  /** The wire's own answer; written at its turn once the request is complete. */
  answer: OwnReply | undefined;
  answerReady: boolean;
  /** Its request is kept back: whether the callee gets it is not known yet. */
  pending: boolean;
  /** Request bytes kept for a second sending. */
  copy: Buffer[] | undefined;
  /** Of its bodies, while shapes are kept. */
  requestShape: BodyShape | undefined;
  replyShape: BodyShape | undefined;
  outcome: Outcome | undefined;
  endAt: number;
  status: number | undefined;
  recorded: boolean;
  /** Counts it as no longer open. */
  closeOpen: () => void;
}

const NOTHING = () => undefined;

export function newExchange(request: RequestHead, headBytes: number, at: number): Exchange {
  const { head } = request;
  const trace = traceOf(headerOf(head, 'traceparent'));
  return {
    operation: request.operation,
    case: trace === undefined ? undefined : caseOfTrace(trace),
    key: headerOf(head, 'idempotency-key'),
    header: (name) => headerOf(head, name.toLowerCase()),
    request,
    trace,
    at,
    requestBytes: headBytes,
    responseBytes: 0,
    requestDone: false,
    asked: true,
    replied: false,
    rule: undefined,
    acted: false,
    answer: undefined,
    answerReady: false,
    pending: false,
    copy: undefined,
    requestShape: undefined,
    replyShape: undefined,
    outcome: undefined,
    endAt: 0,
    status: undefined,
    recorded: false,
    closeOpen: NOTHING,
  };
}

export function recordOf(exchange: Exchange, edge: string, connection: number): ExchangeRecord {
  const header = (name: string) => headerOf(exchange.request.head, name);
  return {
    type: 'exchange',
    at: exchange.at,
    case: exchange.case,
    edge,
    protocol: 'http',
    operation: exchange.operation,
    trace: exchange.trace,
    endAt: exchange.endAt,
    outcome: exchange.outcome ?? 'open',
    status: exchange.status,
    key: exchange.key,
    requestBytes: exchange.requestBytes,
    responseBytes: exchange.responseBytes,
    forwarded: exchange.asked && exchange.requestDone && !exchange.pending && exchange.outcome !== 'refused',
    fault: exchange.acted ? exchange.rule?.id : undefined,
    connection,
    correlation: header('x-correlation-id'),
    user: userOf(header),
    grantedMs: grantedMs(header, exchange.at),
    requestShape: exchange.requestShape?.text(),
    replyShape: exchange.replyShape?.text(),
  };
}
