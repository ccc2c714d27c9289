/** One exchange on a Postgres connection: everything the client sent up to a ReadyForQuery, and the facts rules are matched against. */
import type { ExchangeRecord, Outcome, WireRule } from '../../core/index.ts';
import type { ExchangeFacts, SessionContext } from '../session.ts';
import type { Statement } from './naming.ts';

/** `startup`: from the first message to the first ReadyForQuery, passwords included. */
export type UnitKind = 'startup' | 'simple' | 'extended';

export interface Unit extends ExchangeFacts {
  operation: string;
  case: string | undefined;
  key: string | undefined;
  trace: string | undefined;
  /** Its statements belong to more than one case. */
  mixed: boolean;
  kind: UnitKind;
  readonly at: number;
  requestBytes: number;
  responseBytes: number;
  /** What it runs; the first statement that writes, else the first. */
  statement: Statement | undefined;
  /** Name of the prepared statement that it runs or makes. */
  prepared: string;
  /** It runs something: it is more than a Parse, a Close or a Sync. */
  runs: boolean;
  /** Kept back until it is decided what becomes of it. */
  held: boolean;
  kept: Buffer[];
  keptBytes: number;
  /** The server got all of it. */
  forwarded: boolean;
  rule: WireRule | undefined;
  acted: boolean;
  /** The reply is not tapped: something is to be done with it. */
  special: boolean;
  /** The reply is swallowed. */
  lost: boolean;
  /** The reply has begun and its rule (delay, hold) has had its turn. */
  waited: boolean;
  /** Given in place of the first message of this type in the reply. */
  substitute: { readonly instead: number; readonly error: Buffer } | undefined;
  /** The wire's own reply; the connection ends after it. */
  ownEnd: Buffer | undefined;
  /** The reply is kept until it is known whether something was committed. */
  mayCommit: boolean;
  keptReply: Buffer[];
  /** SQLSTATE of the reply. */
  error: string | undefined;
  /** Kept back: whether the server gets it is not known yet. */
  pending: boolean;
  outcome: Outcome | undefined;
  endAt: number;
  recorded: boolean;
  readonly close: () => void;
}

export function openUnit(context: SessionContext, kind: UnitKind, held: boolean): Unit {
  const unit: Unit = {
    operation: kind === 'startup' ? 'CONNECT' : 'SYNC',
    case: undefined,
    key: undefined,
    trace: undefined,
    mixed: false,
    kind,
    at: context.now(),
    requestBytes: 0,
    responseBytes: 0,
    statement: undefined,
    prepared: '',
    runs: false,
    held,
    kept: [],
    keptBytes: 0,
    forwarded: false,
    rule: undefined,
    acted: false,
    special: false,
    lost: false,
    waited: false,
    substitute: undefined,
    ownEnd: undefined,
    mayCommit: false,
    keptReply: [],
    error: undefined,
    pending: held,
    outcome: undefined,
    endAt: 0,
    recorded: false,
    header: (name) => headerOf(unit, name.toLowerCase()),
    close: () => closeOpen(),
  };
  const closeOpen = context.opened(unit);
  return unit;
}

/** `sql`: verb and table, whatever the statement is called. `statement`: the prepared statement's name. */
function headerOf({ statement, prepared }: Unit, name: string): string | undefined {
  if (name === 'sql') return statement?.sql;
  return name === 'statement' && prepared !== '' ? prepared : undefined;
}

export function writeUnit(context: SessionContext, unit: Unit): void {
  unit.close();
  const record: ExchangeRecord = {
    type: 'exchange',
    at: unit.at,
    case: unit.case,
    edge: context.edge.id,
    protocol: 'postgres',
    operation: unit.operation,
    trace: unit.trace,
    endAt: unit.endAt,
    outcome: unit.outcome ?? 'open',
    error: unit.error,
    key: unit.key,
    requestBytes: unit.requestBytes,
    responseBytes: unit.responseBytes,
    forwarded: unit.forwarded,
    fault: unit.acted ? unit.rule?.id : undefined,
    connection: context.connection,
  };
  context.record(record);
}
