/** One HTTP/2 connection: its streams, how their pieces pass, and how they end. */
import { LIMITS, type Outcome, type WireRule } from '../../core/index.ts';
import type { SessionContext } from '../session.ts';
import { FLAG, FRAME } from './frames.ts';
import { createOutlet, type Outlet } from './outlet.ts';
import { type Piece, recordOf, type Stream } from './stream.ts';

export type Http2Context = SessionContext & Required<Pick<SessionContext, 'wait' | 'throttle'>>;

export interface Line {
  readonly context: Http2Context;
  readonly toCallee: Outlet;
  readonly toCaller: Outlet;
  /** Streams that are not over, by the caller's number and by the callee's. */
  readonly streams: Map<number, Stream>;
  readonly byCallee: Map<number, Stream>;
  /** A stream gets its number at the callee as it is passed on, so that one that is kept back can be overtaken. */
  nextCalleeId: number;
  lastCallerId: number;
  /** The wire told the caller to open no more streams here: those above this number are nobody's. */
  goneAwayAt: number | undefined;
  /** The callee takes no more streams on this connection. */
  calleeGoesAway: boolean;
  callerGone: boolean;
  /** Bytes kept back, by direction: over a bound that side is read no more. */
  readonly heldBytes: { caller: number; callee: number };
  over: boolean;
}

export function createLine(context: Http2Context): Line {
  return {
    context,
    toCallee: createOutlet((bytes) => context.toCallee(bytes)),
    toCaller: createOutlet((bytes) => context.toCaller(bytes)),
    streams: new Map(),
    byCallee: new Map(),
    nextCalleeId: 1,
    lastCallerId: 0,
    goneAwayAt: undefined,
    calleeGoesAway: false,
    callerGone: false,
    heldBytes: { caller: 0, callee: 0 },
    over: false,
  };
}

export function flush(line: Line): void {
  if (line.over) return;
  line.toCallee.flush();
  line.toCaller.flush();
}

/** The rule acts now. */
export function act({ context }: Line, stream: Stream, detail?: string): void {
  if (stream.rule === undefined) return;
  stream.acted = true;
  context.rules.hit(stream.rule, { case: stream.case, detail: detail ?? stream.operation });
}

/** A piece of the request, as it passes to the callee now. */
export function writeUp(line: Line, stream: Stream, piece: Piece): void {
  const { toCallee } = line;
  if (piece.kind === 'headers') {
    if (stream.calleeId === undefined) {
      stream.calleeId = line.nextCalleeId;
      line.nextCalleeId += 2;
      line.byCallee.set(stream.calleeId, stream);
    }
    toCallee.headers(stream.calleeId, piece.fields, piece.end);
    stream.forwarded ||= piece.end;
  } else if (stream.calleeId === undefined) {
    return;
  } else if (piece.kind === 'data') {
    stream.forwarded = true;
    toCallee.frame(FRAME.data, piece.end ? FLAG.endStream : 0, stream.calleeId, piece.bytes);
  } else if (piece.kind === 'window') toCallee.frame(FRAME.window, 0, stream.calleeId, piece.payload);
  else toCallee.reset(stream.calleeId, piece.code);
}

/** A piece of the reply, as it passes to the caller now. */
export function writeDown({ toCaller }: Line, stream: Stream, piece: Piece): void {
  if (piece.kind === 'headers') {
    stream.headPassed ||= stream.replied;
    toCaller.headers(stream.id, piece.fields, piece.end);
  } else if (piece.kind === 'data') {
    stream.responseBytes += piece.bytes.length;
    toCaller.frame(FRAME.data, piece.end ? FLAG.endStream : 0, stream.id, piece.bytes);
  } else if (piece.kind === 'window') toCaller.frame(FRAME.window, 0, stream.id, piece.payload);
  else toCaller.reset(stream.id, piece.code);
}

/** The exchange has ended for its caller; what was kept back may still pass. */
export function finish(line: Line, stream: Stream, outcome: Outcome, status?: number): void {
  if (stream.outcome === undefined) {
    stream.outcome = outcome;
    stream.endAt = line.context.now();
    stream.status = status;
  }
  settle(line, stream);
}

/** Writes the record once it is known whether the callee gets the request. */
export function settle({ context }: Line, stream: Stream, force = false): void {
  if (stream.recorded || stream.outcome === undefined || (stream.pending && !force)) return;
  stream.recorded = true;
  stream.closeOpen();
  context.record(recordOf(stream, context.edge.id, context.connection));
}

/** Nothing more is expected of the stream: what still comes is swallowed. */
export function forget(line: Line, stream: Stream): void {
  line.streams.delete(stream.id);
  if (stream.calleeId !== undefined) line.byCallee.delete(stream.calleeId);
}

/** Ends a stream in the wire's name, at both ends. */
export function abort(line: Line, stream: Stream, codes: { readonly caller?: number; readonly callee?: number }): void {
  if (codes.caller !== undefined) line.toCaller.reset(stream.id, codes.caller);
  if (codes.callee !== undefined && stream.calleeId !== undefined && !(stream.requestEnded && stream.replyEnded))
    line.toCallee.reset(stream.calleeId, codes.callee);
  dropHeld(line, stream, 'up');
  dropHeld(line, stream, 'down');
  finish(line, stream, 'reset');
  forget(line, stream);
}

/** Forgets what was kept back in one direction, and gives its sender credit. */
export function dropHeld(line: Line, stream: Stream, direction: 'up' | 'down'): void {
  const lane = stream[direction];
  const bytes = lane.held.reduce((sum, piece) => sum + (piece.kind === 'data' ? piece.bytes.length : 0), 0);
  lane.held = [];
  if (direction === 'up') stream.pending = false;
  (direction === 'up' ? line.toCaller : line.toCallee).credit(0, bytes);
  keep(line, direction === 'up' ? 'caller' : 'callee', -bytes);
}

/** Counts bytes kept back from one side, and stops reading it over the bound. */
export function keep({ context, heldBytes }: Line, side: 'caller' | 'callee', bytes: number): void {
  const before = heldBytes[side] > LIMITS.wireStashBytes;
  heldBytes[side] += bytes;
  const after = heldBytes[side] > LIMITS.wireStashBytes;
  if (before !== after) context.throttle(side, after);
}

/** Resolves when an exchange that is delayed or held may go on. */
export async function keptBack({ context }: Line, rule: WireRule, stream: Stream): Promise<'forward' | 'drop'> {
  if (rule.action.do === 'hold') return (await context.hold(rule, stream)).how;
  if (rule.action.do === 'delay') await context.wait(rule, rule.action.delayMs);
  return 'forward';
}
