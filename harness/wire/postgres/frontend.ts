/** The client's direction: messages are put together to exchanges, passed at once, or kept back while a rule may want to act. */
import { LIMITS } from '../../core/index.ts';
import type { Line } from './line.ts';
import { createMessageSplitter } from './message-splitter.ts';
import { ASK, NO_ENCRYPTION, STARTUP } from './messages.ts';
import { actOnRequest } from './request-actions.ts';
import { createStatements } from './statements.ts';
import { openUnit, type Unit, type UnitKind } from './unit.ts';

const OPENS = new Set<number>([
  ...[ASK.query, ASK.parse, ASK.bind, ASK.describe, ASK.execute, ASK.close, ASK.flush, ASK.sync, ASK.call],
]);
/** Message types whose body says what the exchange is about. */
const TELLING = new Set<number>([ASK.query, ASK.parse, ASK.bind, ASK.execute]);
/** No startup packet is longer. */
const STARTUP_BYTES = 10_000;

export function createFrontend(line: Line): (chunk: Buffer) => void {
  const { context } = line;
  const statements = createStatements(line);
  let startup: Buffer | undefined = Buffer.alloc(0);
  let unit: Unit | undefined;
  /** How the piece of bytes that is being read goes on. */
  let tapped = false;
  /** Bytes at its beginning that were passed with the piece before. */
  let passed = 0;
  let headHeld = false;

  const begin = (kind: UnitKind, held: boolean): Unit => {
    const opened = openUnit(context, kind, held);
    unit = opened;
    line.began(opened);
    if (!held) inOrder(line, () => line.waits(opened));
    return opened;
  };
  /** It is known what the exchange is about: a rule may act, then it goes on. */
  const decide = (one: Unit) => {
    if (!one.held) return;
    one.held = false;
    line.requests.push(() => actOnRequest(line, one));
  };
  const ended = (one: Unit) => {
    unit = undefined;
    statements.complete(one);
    decide(one);
    inOrder(line, () => {
      one.forwarded = line.waiting.includes(one) && one.ownEnd === undefined;
      line.decided(one);
    });
  };
  const keep = (one: Unit, bytes: Buffer) => {
    one.kept.push(bytes);
    one.keptBytes += bytes.length;
    if (one.keptBytes <= LIMITS.wireStashBytes) return;
    // Too much to be kept: it goes on, and nothing acts on it.
    one.held = false;
    line.requests.push(() => {
      line.waits(one);
      for (const part of one.kept.splice(0)) context.toCallee(part);
    });
  };

  const splitter = createMessageSplitter({
    begin(type, bytes) {
      if (type === ASK.query && unit !== undefined) {
        splitter.stop('a query within an extended exchange');
        return false;
      }
      if (unit === undefined && OPENS.has(type)) {
        begin(type === ASK.query ? 'simple' : 'extended', !tapped && passed === 0);
      }
      if (unit !== undefined) unit.requestBytes += bytes;
      return TELLING.has(type);
    },
    piece(bytes) {
      if (tapped) return;
      const fresh = passed === 0 ? bytes : bytes.subarray(passed);
      passed = 0;
      if (unit?.held) keep(unit, fresh);
      else line.requests.send(fresh);
    },
    end(type, body) {
      if (unit === undefined) return;
      statements.note(unit, type, body);
      if (type === ASK.sync || type === ASK.query || type === ASK.call) ended(unit);
      else if (type === ASK.flush) flushed(line, unit, decide);
    },
    lost: (rest, why) => lost(rest, why),
  });
  const lost = (rest: Buffer, why: string) => {
    const held = unit?.held === true ? unit.kept.splice(0) : [];
    for (const part of held) line.requests.send(part);
    if (!tapped) line.requests.send(passed === 0 ? rest : rest.subarray(passed));
    unit = undefined;
    line.makeOpaque(why);
  };

  const messages = (chunk: Buffer) => {
    tapped = !context.rules.armed && !line.requests.busy && unit?.held !== true && !headHeld;
    if (tapped) context.toCallee(chunk);
    passed = tapped || headHeld ? 0 : splitter.headBytes;
    splitter.feed(chunk);
    headHeld = !tapped && splitter.headBytes > 0;
  };
  const starting = (chunk: Buffer) => {
    let rest = startup === undefined || startup.length === 0 ? chunk : Buffer.concat([startup, chunk]);
    for (;;) {
      startup = rest;
      if (rest.length < 8) return;
      const length = rest.readInt32BE(0);
      const code = rest.readInt32BE(4);
      const isStartup = code >> 16 === STARTUP.major;
      const known = isStartup || code === STARTUP.ssl || code === STARTUP.gssEncryption || code === STARTUP.cancel;
      if (!known || length < 8 || length > STARTUP_BYTES || code === STARTUP.cancel) {
        startup = undefined;
        line.requests.send(rest);
        return line.makeOpaque(code === STARTUP.cancel ? undefined : 'no startup message');
      }
      if (rest.length < length) return;
      const packet = rest.subarray(0, length);
      rest = rest.subarray(length);
      if (!isStartup) {
        context.toCaller(NO_ENCRYPTION);
        continue;
      }
      startup = undefined;
      const one = begin('startup', true);
      one.requestBytes = length;
      one.kept.push(packet);
      unit = undefined;
      decide(one);
      inOrder(line, () => {
        one.forwarded = line.waiting.includes(one) && one.ownEnd === undefined;
        line.decided(one);
      });
      if (rest.length > 0) messages(rest);
      return;
    }
  };

  return (chunk) => {
    if (line.opaque) line.requests.send(chunk);
    else if (startup !== undefined) starting(chunk);
    else messages(chunk);
  };
}

/** What a client flushes it wants answered now: what runs something is decided, what only prepares goes on undecided. */
function flushed(line: Line, unit: Unit, decide: (unit: Unit) => void): void {
  if (!unit.held) return;
  if (unit.runs) {
    decide(unit);
    return;
  }
  const kept = unit.kept.splice(0);
  unit.keptBytes = 0;
  line.requests.push(() => {
    if (!line.waiting.includes(unit)) line.waits(unit);
    for (const part of kept) line.context.toCallee(part);
  });
}

function inOrder(line: Line, step: () => void): void {
  if (line.requests.busy) line.requests.push(step);
  else step();
}
