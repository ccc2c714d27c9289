/** The HTTP/2 session: frames pass with their stream's number at the other end; every header block is read and written anew. */
import { HarnessError, LIMITS } from '../../core/index.ts';
import type { Session, SessionContext, SessionFactory } from '../session.ts';
import { tcpSession } from '../tcp.ts';
import { headersOf } from './blocks.ts';
import { calleeGoesAway, passCallerSettings, passConnectionFrame } from './connection-frames.ts';
import { FLAG, FRAME, type Frame, frameSplitter, PREFACE, unpadded } from './frames.ts';
import { createLine, dropHeld, finish, flush, forget, type Http2Context, type Line, settle } from './line.ts';
import { fromCallee } from './replies.ts';
import { fromCaller, requestHeaders } from './requests.ts';
import type { Piece } from './stream.ts';

export const http2Session: SessionFactory = (given) => {
  const context = complete(given);
  let session: Session | undefined;
  let early: Buffer = Buffer.alloc(0);
  let ended: 'end' | 'reset' | undefined;
  const choose = (chosen: Session) => {
    session = chosen;
    if (early.length > 0) chosen.fromCaller(early);
    if (ended !== undefined) chosen.callerEnded(ended);
  };
  const proper = http2Line(context);
  return {
    fromCaller(bytes) {
      if (session !== undefined) return session.fromCaller(bytes);
      early = early.length === 0 ? bytes : Buffer.concat([early, bytes]);
      if (early.length >= PREFACE.length) {
        const speaksIt = early.subarray(0, PREFACE.length).equals(PREFACE);
        choose(speaksIt ? proper : tcpSession(given));
      } else if (!PREFACE.subarray(0, early.length).equals(early)) choose(tcpSession(given));
    },
    fromCallee: (bytes) => (session ?? proper).fromCallee(bytes),
    callerEnded(how) {
      ended = how;
      if (session === undefined) choose(tcpSession(given));
      else session.callerEnded(how);
    },
    calleeEnded: (how) => (session ?? proper).calleeEnded(how),
    calleeRefused: () => (session ?? proper).calleeRefused(),
    cut: () => session?.cut?.(),
  };
};

function http2Line(context: Http2Context): Session {
  const line = createLine(context);
  const upBlocks = headersOf(line.toCallee, (id, fields, end) => requestHeaders(line, id, fields, end));
  const downBlocks = headersOf(line.toCaller, (id, fields, end) => {
    const stream = line.byCallee.get(id);
    if (stream !== undefined) fromCallee(line, stream, { kind: 'headers', fields, end });
  });
  const up = frameSplitter((frame) => {
    if (upBlocks(frame)) return;
    if (frame.type === FRAME.settings) return passCallerSettings(line, frame);
    if (frame.id === 0) return passConnectionFrame(line.toCallee, frame);
    const stream = line.streams.get(frame.id);
    const piece = pieceOf(frame);
    if (piece?.kind === 'data') line.toCaller.credit(frame.id, frame.payload.length - piece.bytes.length);
    if (piece === undefined) return;
    if (stream !== undefined) fromCaller(line, stream, piece);
    else if (piece.kind === 'data') line.toCaller.credit(0, piece.bytes.length);
  });
  const down = frameSplitter((frame) => {
    if (downBlocks(frame)) return;
    if (frame.type === FRAME.goaway) return calleeGoesAway(line, frame);
    if (frame.id === 0) return passConnectionFrame(line.toCaller, frame);
    const stream = line.byCallee.get(frame.id);
    const piece = pieceOf(frame);
    if (piece?.kind === 'data') line.toCallee.credit(frame.id, frame.payload.length - piece.bytes.length);
    if (piece === undefined) return;
    if (stream !== undefined) fromCallee(line, stream, piece);
    else if (piece.kind === 'data') line.toCallee.credit(0, piece.bytes.length);
  });
  let prefaceLeft = PREFACE.length;
  return {
    fromCaller(bytes) {
      if (line.over) return;
      if (prefaceLeft > 0) line.toCallee.bytes(bytes.subarray(0, prefaceLeft));
      const rest = bytes.subarray(prefaceLeft);
      prefaceLeft = 0;
      if (rest.length > 0) up(rest);
      flush(line);
    },
    fromCallee(bytes) {
      if (line.over) return;
      down(bytes);
      flush(line);
    },
    callerEnded: () => callerEnded(line),
    calleeEnded: (how) => calleeEnded(line, how),
    calleeRefused: () => calleeEnded(line, 'refused'),
    cut: () => endAll(line, 'reset'),
  };
}

function pieceOf(frame: Frame): Piece | undefined {
  const { type, flags, payload } = frame;
  if (type === FRAME.data) return { kind: 'data', bytes: unpadded(frame), end: (flags & FLAG.endStream) !== 0 };
  if (type === FRAME.window) return { kind: 'window', payload };
  if (type === FRAME.reset) return { kind: 'reset', code: payload.readUInt32BE(0) };
  // Priorities are advice, and deprecated; unknown frames are to be ignored (RFC 9113, sections 5.3 and 4.1).
  return undefined;
}

function callerEnded(line: Line): void {
  line.callerGone = true;
  let waiting = false;
  for (const stream of [...line.streams.values()]) {
    finish(line, stream, 'gave-up');
    dropHeld(line, stream, 'down');
    if (stream.pending) waiting = true;
    else forget(line, stream);
  }
  if (!waiting) line.context.endCallee();
}

function calleeEnded(line: Line, how: 'end' | 'reset' | 'refused'): void {
  const tell = () => {
    if (line.over) return;
    endAll(line, how === 'refused' ? 'refused' : 'reset');
    if (how === 'end') line.context.endCaller();
    else line.context.resetCaller();
  };
  if (line.lastCallerId > 0) {
    tell();
    return;
  }
  // The callee went before it is known what was asked of it: the first call is waited for, so that it is recorded.
  line.context.wait(undefined, LIMITS.wireFirstRequestMs).then(tell);
}

function endAll(line: Line, outcome: 'reset' | 'refused'): void {
  line.over = true;
  for (const stream of [...line.streams.values()]) {
    finish(line, stream, outcome);
    settle(line, stream, true);
    forget(line, stream);
  }
}

function complete(context: SessionContext): Http2Context {
  if (context.wait !== undefined && context.throttle !== undefined) return context as Http2Context;
  throw new HarnessError({ code: 'internal', message: 'an HTTP/2 session needs a context with `wait` and `throttle`' });
}
