/** The caller's direction: streams begin, are matched against the armed rules, passed, kept back or answered. */
import type { WireRule } from '../../core/index.ts';
import { actsAfter } from '../rule-check.ts';
import { CODE } from './frames.ts';
import type { Field } from './hpack.ts';
import { abort, act, dropHeld, finish, flush, forget, keep, keptBack, type Line, settle, writeUp } from './line.ts';
import { ownReply } from './own-reply.ts';
import { newStream, type Piece, type Stream } from './stream.ts';
import { copyRequest, sendTwin } from './twin.ts';

/** Headers from the caller: a new stream, or the trailers of one. */
export function requestHeaders(line: Line, id: number, fields: readonly Field[], end: boolean): void {
  const known = line.streams.get(id);
  if (known !== undefined) {
    fromCaller(line, known, { kind: 'headers', fields, end });
    return;
  }
  if (id <= line.lastCallerId) return;
  const before = line.lastCallerId;
  line.lastCallerId = id;
  if (line.goneAwayAt !== undefined && id > line.goneAwayAt) return;
  begin(line, newStream(id, fields, line.context.now()), { end, before });
}

function begin(line: Line, stream: Stream, { end, before }: { readonly end: boolean; readonly before: number }): void {
  const { context, streams } = line;
  streams.set(stream.id, stream);
  stream.closeOpen = context.opened(stream);
  const head: Piece = { kind: 'headers', fields: stream.request, end };
  if (context.rules.armed) stream.rule = context.rules.claim(stream, decidedByRequest);
  const { rule } = stream;
  if (rule === undefined || actsAfter(rule.action)) {
    fromCaller(line, stream, head);
    return;
  }
  const { action } = rule;
  if (action.do === 'status') {
    stream.up.state = 'swallowed';
    act(line, stream);
    ownReply(line, stream, action);
    fromCaller(line, stream, head);
  } else if (action.do === 'reset') {
    act(line, stream);
    abort(line, stream, { caller: action.code ?? CODE.internal });
  } else if (action.do === 'goaway') {
    // Streams up to the one before go on; this one and those behind it were not looked at (RFC 9113, section 6.8).
    line.goneAwayAt = before;
    line.toCaller.goAway(before);
    act(line, stream);
    abort(line, stream, {});
  } else if (action.do === 'drop-header') {
    const wanted = action.header.toLowerCase();
    const fields = stream.request.filter(({ name }) => name !== wanted);
    if (fields.length < stream.request.length) act(line, stream, `${stream.operation}: without ${wanted}`);
    fromCaller(line, stream, { kind: 'headers', fields, end });
  } else if (action.do === 'twice') {
    stream.copy = { bytes: [], size: 0 };
    fromCaller(line, stream, head);
  } else {
    keepUp(line, stream, rule);
    fromCaller(line, stream, head);
  }
}

/** A rule that asks for the reply's status is matched when the reply comes. */
function decidedByRequest(rule: WireRule): boolean {
  return rule.trigger.status === undefined;
}

function keepUp(line: Line, stream: Stream, rule: WireRule): void {
  stream.up.state = 'held';
  stream.pending = true;
  act(line, stream);
  keptBack(line, rule, stream).then((how) => {
    if (line.over) return;
    if (how === 'drop') abort(line, stream, { caller: CODE.internal });
    else release(line, stream);
    if (line.callerGone && ![...line.streams.values()].some(({ pending }) => pending)) line.context.endCallee();
    flush(line);
  });
}

function release(line: Line, stream: Stream): void {
  if (!line.streams.has(stream.id)) return;
  // A callee that takes no new streams would never answer: the caller hears that nobody looked at it.
  if (line.calleeGoesAway) {
    abort(line, stream, { caller: CODE.refused });
    return;
  }
  stream.up.state = 'open';
  const { held } = stream.up;
  stream.up.held = [];
  for (const piece of held) {
    if (piece.kind === 'data') keep(line, 'caller', -piece.bytes.length);
    writeUp(line, stream, piece);
  }
  stream.pending = false;
  settle(line, stream);
  if (held.at(-1)?.kind === 'reset') forget(line, stream);
}

/** A piece of a stream that is known. */
export function fromCaller(line: Line, stream: Stream, piece: Piece): void {
  if (piece.kind === 'data') stream.requestBytes += piece.bytes.length;
  if (piece.kind === 'data' && stream.copy !== undefined) copyRequest(stream, piece.bytes);
  const ends = piece.kind === 'reset' || ('end' in piece && piece.end);
  if (ends) stream.requestEnded = true;
  if (piece.kind === 'reset') {
    finish(line, stream, 'gave-up');
    dropHeld(line, stream, 'down');
  }
  pass(line, stream, piece);
  if (ends && stream.copy !== undefined && piece.kind !== 'reset') sendTwin(line, stream);
  if (stream.up.state === 'held') return;
  if (piece.kind === 'reset' || (stream.requestEnded && stream.replyEnded && stream.outcome !== undefined))
    forget(line, stream);
}

function pass(line: Line, stream: Stream, piece: Piece): void {
  if (stream.up.state === 'held') {
    stream.up.held.push(piece);
    if (piece.kind === 'data') keep(line, 'caller', piece.bytes.length);
  } else if (stream.up.state === 'open') {
    // Nothing is sent on a stream that is over at the callee.
    if (!(stream.replyEnded && piece.kind !== 'data' && piece.kind !== 'headers')) writeUp(line, stream, piece);
  } else if (piece.kind === 'data') line.toCaller.credit(piece.end ? 0 : stream.id, piece.bytes.length);
}
