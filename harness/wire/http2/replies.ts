/** The callee's direction: replies are passed, delayed, held, cut, corrupted, replaced or lost, and end the exchange. */
import type { WireRule } from '../../core/index.ts';
import { actsAfter } from '../rule-check.ts';
import { CODE } from './frames.ts';
import { abort, act, finish, flush, forget, keep, keptBack, type Line, writeDown } from './line.ts';
import { ownReply } from './own-reply.ts';
import { headerOf, type Piece, type Stream } from './stream.ts';

/** A piece of a stream that is known. */
export function fromCallee(line: Line, stream: Stream, piece: Piece): void {
  if (piece.kind === 'headers') beginReply(line, stream, piece);
  const ends = piece.kind === 'reset' || ('end' in piece && piece.end);
  if (ends) stream.replyEnded = true;
  if (stream.down.state === 'held') {
    stream.down.held.push(piece);
    if (piece.kind === 'data') keep(line, 'callee', piece.bytes.length);
    return;
  }
  if (stream.down.state === 'swallowed') swallow(line, stream, piece);
  else deliver(line, stream, piece);
}

/** Decides what happens to a reply as its final head comes, or its trailers where a rule asks for a status. */
function beginReply(line: Line, stream: Stream, piece: Extract<Piece, { readonly kind: 'headers' }>): void {
  const httpStatus = Number(headerOf(piece.fields, ':status') ?? Number.NaN);
  const first = !stream.replied && httpStatus >= 200;
  if (first) {
    stream.replied = true;
    stream.httpStatus = httpStatus;
  }
  if (stream.outcome !== undefined || stream.acted) return;
  if (stream.rule === undefined && piece.end && line.context.rules.armed) {
    const status = statusOf(stream, piece);
    stream.rule = line.context.rules.claim(stream, ({ trigger }) => trigger.status === status);
    if (stream.rule !== undefined) decide(line, stream, stream.rule);
  } else if (first && stream.rule !== undefined && actsAfter(stream.rule.action)) decide(line, stream, stream.rule);
}

function decide(line: Line, stream: Stream, rule: WireRule): void {
  const { action } = rule;
  if (action.do === 'delay' || action.do === 'hold') {
    stream.down.state = 'held';
    act(line, stream);
    keptBack(line, rule, stream).then((how) => {
      if (line.over || !line.streams.has(stream.id)) return;
      if (how === 'drop') abort(line, stream, { caller: CODE.internal, callee: CODE.cancel });
      else release(line, stream);
      flush(line);
    });
  } else if (action.do === 'goaway') {
    line.goneAwayAt = line.lastCallerId;
    line.toCaller.goAway(line.lastCallerId);
    act(line, stream);
  } else if (action.do !== 'cut' && action.do !== 'corrupt') stream.down.state = 'swallowed';
}

function release(line: Line, stream: Stream): void {
  stream.down.state = 'open';
  const { held } = stream.down;
  stream.down.held = [];
  for (const piece of held) {
    if (piece.kind === 'data') keep(line, 'callee', -piece.bytes.length);
    deliver(line, stream, piece);
  }
}

function deliver(line: Line, stream: Stream, piece: Piece): void {
  const action = stream.outcome === undefined ? stream.rule?.action : undefined;
  if (action?.do === 'cut' && cuts(stream, piece, action.afterBytes)) {
    cut(line, stream, piece, action);
    return;
  }
  if (action?.do === 'corrupt' && piece.kind === 'data') corrupt(line, stream, piece.bytes, action);
  writeDown(line, stream, piece);
  if (!stream.replyEnded) return;
  if (piece.kind === 'reset') finish(line, stream, 'reset');
  else if ('end' in piece && piece.end) finish(line, stream, 'answered', statusOf(stream, piece));
  else return;
  if (stream.requestEnded || piece.kind === 'reset') forget(line, stream);
}

function cuts(stream: Stream, piece: Piece, afterBytes: number): boolean {
  if (piece.kind === 'data') return stream.responseBytes + piece.bytes.length > afterBytes;
  return piece.kind === 'headers' && piece.end;
}

/** What the caller may still have is passed, then its stream breaks. */
function cut(
  line: Line,
  stream: Stream,
  piece: Piece,
  { afterBytes, code }: { afterBytes: number; code?: number },
): void {
  if (piece.kind === 'data') {
    const passed = afterBytes - stream.responseBytes;
    if (passed > 0) writeDown(line, stream, { kind: 'data', bytes: piece.bytes.subarray(0, passed), end: false });
    line.toCallee.credit(0, piece.bytes.length - Math.max(0, passed));
  }
  act(line, stream, `${stream.operation}: cut after ${stream.responseBytes} bytes of the reply`);
  abort(line, stream, { caller: code ?? CODE.internal, callee: CODE.cancel });
}

function corrupt(
  line: Line,
  stream: Stream,
  bytes: Buffer,
  { offset, bytes: count }: { readonly offset: number; readonly bytes: number },
): void {
  const from = Math.max(0, offset - stream.responseBytes);
  const to = Math.min(bytes.length, offset + count - stream.responseBytes);
  if (to <= from) return;
  for (let at = from; at < to; at++) bytes[at] = (bytes[at] as number) ^ 0xff;
  if (!stream.acted) act(line, stream, `${stream.operation}: bytes from ${offset} on corrupted`);
}

function swallow(line: Line, stream: Stream, piece: Piece): void {
  if (piece.kind === 'data') line.toCallee.credit(piece.end ? 0 : (stream.calleeId ?? 0), piece.bytes.length);
  if (piece.kind === 'reset') {
    writeDown(line, stream, piece);
    finish(line, stream, 'reset');
    forget(line, stream);
  } else if ('end' in piece && piece.end) replaceReply(line, stream, statusOf(stream, piece));
}

/** The callee's reply is complete and was swallowed: the caller gets another one, a reset, or nothing at all. */
function replaceReply(line: Line, stream: Stream, status: number | undefined): void {
  const action = stream.rule?.action;
  // Who gave up meanwhile lost no reply.
  if (action === undefined || stream.outcome !== undefined) return;
  if (action.do === 'status') {
    act(line, stream, `${stream.operation}: the reply ${status} became ${action.status}`);
    ownReply(line, stream, action);
    if (stream.requestEnded) forget(line, stream);
    return;
  }
  act(line, stream, `${stream.operation}: the reply ${status} was lost`);
  if (action.do === 'lost-reply' && action.silent) return;
  const code = action.do === 'reset' ? action.code : undefined;
  abort(line, stream, { caller: code ?? CODE.internal });
}

/** The gRPC status; of a reply that has none, the HTTP status. */
function statusOf({ httpStatus }: Stream, piece: Piece): number | undefined {
  const status = piece.kind === 'headers' ? headerOf(piece.fields, 'grpc-status') : undefined;
  return status === undefined ? httpStatus : Number(status);
}
