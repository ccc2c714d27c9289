/** One accepted connection: its two sockets, the session between them, and the record of its life. */
import type { Socket } from 'node:net';
import { type Clock, type ConnectionRecord, type HistoryRecord, LIMITS } from '../core/index.ts';
import { guardedSession } from './guarded-session.ts';
import type { Holds } from './holds.ts';
import type { LagTracker } from './lag.ts';
import type { Links } from './links.ts';
import type { OpenExchanges } from './open-exchanges.ts';
import type { RuleBook, Session, SessionContext, SessionFactory, WireEdge } from './session.ts';
import type { Shapes } from './shape-of.ts';
import { calleeSide, callerSide, endSide, flow, pass, resetSide, type Side } from './side.ts';

/** What all connections of one edge share. */
export interface EdgeContext {
  readonly edge: WireEdge;
  readonly factory: SessionFactory;
  readonly rules: RuleBook;
  readonly clock: Clock;
  readonly holds: Holds;
  readonly open: OpenExchanges;
  readonly lag: LagTracker;
  readonly shapes?: Shapes;
  readonly links?: Links;
  record(record: HistoryRecord): void;
}

export interface Connection {
  /** Cuts both sides now; the caller sees a reset. */
  cut(): void;
}

/** A connection while it lives. */
interface Line {
  readonly shared: EdgeContext;
  readonly number: number;
  readonly caller: Side;
  readonly callee: Side;
  /** Connections of the wire's own to the callee. They outlive the line until they are answered: a caller may leave with its own answer. */
  readonly extras: Set<Socket>;
  /** Aborts when the connection is over. */
  readonly cutting: AbortController;
  connected: boolean;
  /** Who ended it first, and how it will be recorded. */
  endedBy: ConnectionRecord['by'];
  final: 'close' | 'refused' | 'reset';
  /** When the first side ended it. */
  endedAt: number | undefined;
}

/** Dials the callee at once and lets the edge's session talk to both; `onDone` when both sockets are closed. */
export function serveConnection(shared: EdgeContext, socket: Socket, number: number, onDone: () => void): Connection {
  const line: Line = {
    shared,
    number,
    caller: callerSide(shared.edge, socket),
    callee: calleeSide(shared.edge),
    extras: new Set(),
    cutting: new AbortController(),
    connected: false,
    endedBy: undefined,
    final: 'close',
    endedAt: undefined,
  };
  const { caller, callee } = line;
  const cut = () => {
    note(line, 'wire', 'reset');
    line.cutting.abort();
    session.cut();
    resetSide(caller);
    callee.socket.destroy();
    for (const extra of line.extras) extra.destroy();
  };
  const session = guardedSession(shared.factory(contextOf(line)), (thrown) => {
    const what = thrown instanceof Error ? thrown.stack : String(thrown);
    process.stderr.write(`wire: ${shared.edge.id}: connection ${number} is cut, its session failed: ${what}\n`);
    cut();
  });
  caller.socket.on('data', (bytes: Buffer) => session.fromCaller(bytes));
  callee.socket.on('data', (bytes: Buffer) => session.fromCallee(bytes));
  callee.socket.once(shared.edge.tls === undefined ? 'connect' : 'secureConnect', () => {
    line.connected = true;
  });
  watch(line, caller, callee, (how) => session.callerEnded(how));
  watch(line, callee, caller, (how) => calleeEnded(line, session, how));
  const onClose = () => {
    if (!caller.closed || !callee.closed) return;
    const { final } = line;
    line.cutting.abort();
    // A caller that was still talking to a callee that had left was reset by us: nobody told the session that it is gone.
    if (caller.ended === undefined) session.cut();
    for (const extra of line.extras) endLater(extra, shared.clock);
    recordLine(line, final);
    onDone();
  };
  caller.socket.on('close', onClose);
  callee.socket.on('close', onClose);
  recordLine(line, 'open');
  return { cut };
}

/** Ends a connection of our own whose caller has left, unless the callee's answer ends it first. */
function endLater(extra: Socket, clock: Clock): void {
  const closed = new AbortController();
  extra.once('close', () => closed.abort());
  clock.delay(LIMITS.wireExtraMs, closed.signal).then(
    () => extra.destroy(),
    () => undefined,
  );
}

function contextOf(line: Line): SessionContext {
  const { shared, caller, callee } = line;
  const { edge, rules, lag, links, shapes, clock, holds, open } = shared;
  return {
    edge,
    connection: line.number,
    rules,
    lag,
    ...(links !== undefined && { links }),
    ...(shapes !== undefined && { shapes }),
    now: clock.now,
    record: shared.record,
    toCallee: (bytes) => pass(bytes, callee, caller),
    toCaller: (bytes) => pass(bytes, caller, callee),
    resetCaller(options) {
      note(line, callee.ended === undefined && line.connected ? 'wire' : 'callee', 'reset');
      resetSide(caller);
      if (!options?.keepCallee) callee.socket.destroy();
    },
    endCaller: () => endSide(caller, undefined),
    endCallee: () => endSide(callee, caller.ended),
    hold: (rule, facts) => holds.hold(rule, facts),
    opened: (facts) => open.opened(edge.id, facts),
    dialCallee: (onBytes, onEnd) => dialExtra(line, onBytes, onEnd),
    wait: (rule, delayMs) => holds.wait(rule, delayMs, line.cutting.signal),
    throttle(which, on) {
      const side = which === 'caller' ? caller : callee;
      side.throttled = on;
      flow(side);
    },
  };
}

/** Follows one socket; `tell` hears once how its peer ended it. */
function watch(line: Line, side: Side, other: Side, tell: (how: 'end' | 'reset') => void): void {
  const by = side === line.caller ? 'caller' : 'callee';
  const otherFlows = () => {
    other.full = false;
    flow(other);
  };
  side.socket.on('drain', otherFlows);
  side.socket.on('end', () => {
    note(line, by, 'end');
    if (side.ended !== undefined) return;
    side.ended = 'end';
    tell('end');
  });
  side.socket.on('error', () => {
    const before = side.ended;
    side.ended = 'reset';
    note(line, by, 'reset');
    // A side that had half-closed and now breaks has nothing more to say to the session: the other side goes with it.
    if (before === undefined) tell('reset');
    else endSide(other, 'reset');
  });
  side.socket.on('close', () => {
    side.closed = true;
    otherFlows();
  });
}

function calleeEnded(line: Line, session: Session, how: 'end' | 'reset'): void {
  if (line.connected) {
    session.calleeEnded(how);
  } else {
    line.final = 'refused';
    line.endedBy = 'callee';
    session.calleeRefused();
  }
}

function note(line: Line, by: 'caller' | 'callee' | 'wire', how: 'end' | 'reset'): void {
  line.endedBy ??= by;
  line.endedAt ??= line.shared.clock.now();
  if (how === 'reset' && line.final === 'close') line.final = 'reset';
}

function dialExtra(line: Line, onBytes: (bytes: Buffer) => void, onEnd: () => void) {
  const { socket } = calleeSide(line.shared.edge);
  line.extras.add(socket);
  socket.on('data', onBytes);
  socket.on('end', () => socket.end());
  socket.on('error', () => undefined);
  socket.on('close', () => {
    line.extras.delete(socket);
    onEnd();
  });
  return { write: (bytes: Uint8Array) => void socket.write(bytes), close: () => void socket.destroy() };
}

function recordLine({ shared, number, caller, endedBy, endedAt }: Line, event: ConnectionRecord['event']): void {
  const { clock, edge } = shared;
  const { bytesRead, bytesWritten } = caller.socket;
  const at = clock.now();
  const lingeredMs = Math.round(at - (endedAt ?? at));
  const ended = event === 'open' ? {} : { by: endedBy, bytesIn: bytesRead, bytesOut: bytesWritten };
  const lingered = lingeredMs > 0 ? { lingeredMs } : {};
  shared.record({ type: 'connection', at, edge: edge.id, connection: number, event, ...ended, ...lingered });
}
