/** One accepted connection: its two sockets, the session between them, back-pressure, half-close and resets. */
import { connect, type Socket } from 'node:net';
import type { Clock, ConnectionRecord, HistoryRecord } from '../core/index.ts';
import type { Holds } from './holds.ts';
import type { LagTracker } from './lag.ts';
import type { OpenExchanges } from './open-exchanges.ts';
import type { RuleBook, Session, SessionContext, SessionFactory, WireEdge } from './session.ts';

/** What all connections of one edge share. */
export interface EdgeContext {
  readonly edge: WireEdge;
  readonly factory: SessionFactory;
  readonly rules: RuleBook;
  readonly clock: Clock;
  readonly holds: Holds;
  readonly open: OpenExchanges;
  readonly lag: LagTracker;
  record(record: HistoryRecord): void;
}

export interface Connection {
  /** Cuts both sides now; the caller sees a reset. */
  cut(): void;
}

/** One of the two sockets, and what is known of its life. */
interface Side {
  readonly socket: Socket;
  /** How the peer ended its half: told to the session once. */
  ended: 'end' | 'reset' | undefined;
  closed: boolean;
  /** Why reading is paused: the other side is full, the session asked for it. */
  full: boolean;
  throttled: boolean;
}

/** Dials the callee at once and lets the session of the edge's protocol talk to both; `onDone` when both sockets are closed. */
export function serveConnection(
  shared: EdgeContext,
  callerSocket: Socket,
  number: number,
  onDone: () => void,
): Connection {
  const { edge } = shared;
  const now = () => shared.clock.now();
  const caller = sideOf(callerSocket);
  const callee = sideOf(dial(edge));
  const cutting = new AbortController();
  const extras = new Set<Socket>();
  let connected = false;
  let endedBy: ConnectionRecord['by'];
  let final: 'close' | 'refused' | 'reset' = 'close';

  const note = (by: 'caller' | 'callee' | 'wire', how: 'end' | 'reset') => {
    endedBy ??= by;
    if (how === 'reset' && final === 'close') final = 'reset';
  };
  const context: SessionContext = {
    edge,
    connection: number,
    rules: shared.rules,
    lag: shared.lag,
    now,
    record: shared.record,
    toCallee: (bytes) => pass(bytes, callee, caller),
    toCaller: (bytes) => pass(bytes, caller, callee),
    resetCaller(options) {
      note(callee.ended === undefined && connected ? 'wire' : 'callee', 'reset');
      caller.socket.resetAndDestroy();
      if (!options?.keepCallee) callee.socket.destroy();
    },
    endCaller: () => void caller.socket.end(),
    endCallee: () => endSide(callee, caller.ended),
    hold: (rule, facts) => shared.holds.hold(rule, facts),
    opened: (facts) => shared.open.opened(edge.id, facts),
    dialCallee: (onBytes, onEnd) => dialExtra(edge, extras, onBytes, onEnd),
    wait: (rule, delayMs) => shared.holds.wait(rule, delayMs, cutting.signal),
    throttle(side, on) {
      const which = side === 'caller' ? caller : callee;
      which.throttled = on;
      flow(which);
    },
  };
  const session: Session = shared.factory(context);

  const watch = (side: Side, other: Side, by: 'caller' | 'callee', tell: (how: 'end' | 'reset') => void) => {
    side.socket.on('drain', () => {
      other.full = false;
      flow(other);
    });
    side.socket.on('end', () => {
      note(by, 'end');
      if (side.ended !== undefined) return;
      side.ended = 'end';
      tell('end');
    });
    side.socket.on('error', () => {
      const before = side.ended;
      side.ended = 'reset';
      note(by, 'reset');
      // A side that had half-closed and now breaks has nothing more to say to the session: the other side goes with it.
      if (before === undefined) tell('reset');
      else endSide(other, 'reset');
    });
    side.socket.on('close', () => {
      side.closed = true;
      other.full = false;
      flow(other);
      if (!other.closed) return;
      cutting.abort();
      for (const extra of extras) extra.destroy();
      const [bytesIn, bytesOut] = [caller.socket.bytesRead, caller.socket.bytesWritten];
      shared.record(connectionRecord(now(), edge, number, final, { by: endedBy, bytesIn, bytesOut }));
      onDone();
    });
  };
  caller.socket.on('data', (bytes: Buffer) => session.fromCaller(bytes));
  callee.socket.on('data', (bytes: Buffer) => session.fromCallee(bytes));
  watch(caller, callee, 'caller', (how) => session.callerEnded(how));
  watch(callee, caller, 'callee', (how) => {
    if (connected) return session.calleeEnded(how);
    final = 'refused';
    endedBy = 'callee';
    session.calleeRefused();
  });
  callee.socket.once('connect', () => {
    connected = true;
  });
  shared.record(connectionRecord(now(), edge, number, 'open', {}));

  return {
    cut() {
      note('wire', 'reset');
      cutting.abort();
      if (session.cut !== undefined) session.cut();
      else session.calleeEnded('reset');
      caller.socket.resetAndDestroy();
      callee.socket.destroy();
    },
  };
}

function sideOf(socket: Socket): Side {
  return { socket, ended: undefined, closed: false, full: false, throttled: false };
}

function dial(edge: WireEdge): Socket {
  return connect({ host: edge.upstreamHost, port: edge.upstreamPort, noDelay: true, allowHalfOpen: true });
}

/** Writes to one side; when it is full, the other side is read no more until it drains. */
function pass(bytes: Uint8Array, to: Side, from: Side): void {
  if (to.closed || to.socket.destroyed || to.socket.writableEnded) return;
  if (to.socket.write(bytes) || from.full) return;
  from.full = true;
  flow(from);
}

function flow(side: Side): void {
  if (side.full || side.throttled) side.socket.pause();
  else if (side.socket.isPaused()) side.socket.resume();
}

/** Ends a side as its peer ended: a reset is passed on as a reset once what was written is out. */
function endSide(side: Side, how: 'end' | 'reset' | undefined): void {
  const { socket } = side;
  if (socket.destroyed) return;
  if (how !== 'reset') return void socket.end();
  if (socket.writableLength === 0) return void socket.resetAndDestroy();
  socket.end(() => socket.destroy());
}

function dialExtra(edge: WireEdge, extras: Set<Socket>, onBytes: (bytes: Buffer) => void, onEnd: () => void) {
  const socket = dial(edge);
  extras.add(socket);
  socket.on('data', onBytes);
  socket.on('end', () => socket.end());
  socket.on('error', () => undefined);
  socket.on('close', () => {
    extras.delete(socket);
    onEnd();
  });
  return { write: (bytes: Uint8Array) => void socket.write(bytes), close: () => void socket.destroy() };
}

function connectionRecord(
  at: number,
  edge: WireEdge,
  connection: number,
  event: ConnectionRecord['event'],
  rest: Pick<ConnectionRecord, 'by' | 'bytesIn' | 'bytesOut'>,
): ConnectionRecord {
  return { type: 'connection', at, edge: edge.id, connection, event, ...rest };
}
