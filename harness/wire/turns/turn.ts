/** One command and its reply on a connection where each command has one reply, in order (Redis, SMTP). */
import type { ExchangeRecord, Outcome, Protocol, WireRule } from '../../core/index.ts';
import type { ExchangeFacts, SessionContext } from '../session.ts';

export interface Turn extends ExchangeFacts {
  operation: string;
  case: string | undefined;
  key: string | undefined;
  trace: string | undefined;
  readonly at: number;
  requestBytes: number;
  responseBytes: number;
  /** Kept back until it is decided what becomes of it. */
  held: boolean;
  kept: Buffer[];
  keptBytes: number;
  /** Whether the callee gets it is not known yet. */
  pending: boolean;
  /** The callee got all of it. */
  forwarded: boolean;
  rule: WireRule | undefined;
  acted: boolean;
  /** What is done with the reply: passed at once, passed piece by piece, swallowed, or kept until it is complete. */
  reply: 'tap' | 'pass' | 'drop' | 'keep';
  keptReply: Buffer[];
  keptReplyBytes: number;
  /** The rule (delay, hold) has had its turn at the reply. */
  waited: boolean;
  /** The wire's own reply, given at its turn; the callee is not asked. */
  own: Buffer | undefined;
  /** Number of the reply, or its error's name. */
  status: number | undefined;
  error: string | undefined;
  outcome: Outcome | undefined;
  endAt: number;
  recorded: boolean;
  close: () => void;
}

const NOTHING = () => undefined;

export function openTurn(context: SessionContext, operation: string, held: boolean): Turn {
  const turn: Turn = {
    operation,
    case: undefined,
    key: undefined,
    trace: undefined,
    at: context.now(),
    requestBytes: 0,
    responseBytes: 0,
    held,
    kept: [],
    keptBytes: 0,
    pending: held,
    forwarded: false,
    rule: undefined,
    acted: false,
    reply: 'tap',
    keptReply: [],
    keptReplyBytes: 0,
    waited: false,
    own: undefined,
    status: undefined,
    error: undefined,
    outcome: undefined,
    endAt: 0,
    recorded: false,
    header: NOTHING,
    close: NOTHING,
  };
  turn.close = context.opened(turn);
  return turn;
}

export function writeTurn(context: SessionContext, protocol: Protocol, turn: Turn): void {
  turn.close();
  const record: ExchangeRecord = {
    type: 'exchange',
    at: turn.at,
    case: turn.case,
    edge: context.edge.id,
    protocol,
    operation: turn.operation,
    trace: turn.trace,
    endAt: turn.endAt,
    outcome: turn.outcome ?? 'open',
    status: turn.status,
    error: turn.error,
    key: turn.key,
    requestBytes: turn.requestBytes,
    responseBytes: turn.responseBytes,
    forwarded: turn.forwarded,
    fault: turn.acted ? turn.rule?.id : undefined,
    connection: context.connection,
  };
  context.record(record);
}
