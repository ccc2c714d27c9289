/** The client's direction: messages are put together to exchanges, passed at once, or kept back while a rule may want to act. */
import type { Line } from './line.ts';
import { createMessageSplitter } from './message-splitter.ts';
import { ASK, NO_ENCRYPTION } from './messages.ts';
import { createStartup } from './startup.ts';
import { createStatements } from './statements.ts';
import { createUnits } from './units.ts';

const OPENS = new Set<number>([
  ...[ASK.query, ASK.parse, ASK.bind, ASK.describe, ASK.execute, ASK.close, ASK.flush, ASK.sync, ASK.call],
]);
/** Message types whose body says what the exchange is about. */
const TELLING = new Set<number>([ASK.query, ASK.parse, ASK.bind, ASK.execute]);
const ENDS = new Set<number>([ASK.query, ASK.sync, ASK.call]);

export function createFrontend(line: Line): (chunk: Buffer) => void {
  const { context } = line;
  const messages = createMessages(line);
  let startup: ((chunk: Buffer) => void) | undefined = createStartup({
    refuseEncryption: () => context.toCaller(NO_ENCRYPTION),
    started(packet, rest) {
      startup = undefined;
      messages.startup(packet);
      if (rest.length > 0) messages.feed(rest);
    },
    other(bytes, why) {
      startup = undefined;
      line.requests.send(bytes);
      line.makeOpaque(why);
    },
  });
  return (chunk) => {
    if (line.opaque) line.requests.send(chunk);
    else if (startup !== undefined) startup(chunk);
    else messages.feed(chunk);
  };
}

function createMessages(line: Line): { startup(packet: Buffer): void; feed(chunk: Buffer): void } {
  const { context } = line;
  const statements = createStatements(line);
  const units = createUnits(line, statements);
  /** How the piece of bytes that is being read goes on. */
  let tapped = false;
  /** Bytes at its beginning that were passed with the piece before. */
  let passed = 0;
  let headHeld = false;
  const fresh = (bytes: Buffer) => {
    const rest = passed === 0 ? bytes : bytes.subarray(passed);
    passed = 0;
    return rest;
  };

  const splitter = createMessageSplitter({
    begin(type, bytes) {
      let unit = units.current;
      if (type === ASK.query && unit !== undefined) {
        splitter.stop('a query within an extended exchange');
        return false;
      }
      const held = !tapped && passed === 0;
      if (unit === undefined && OPENS.has(type)) unit = units.begin(type === ASK.query ? 'simple' : 'extended', held);
      if (unit !== undefined) unit.requestBytes += bytes;
      return TELLING.has(type);
    },
    piece(bytes) {
      if (!tapped) units.piece(fresh(bytes));
    },
    end(type, body) {
      if (units.current === undefined) return;
      statements.note(units.current, type, body);
      if (ENDS.has(type)) units.ended();
      else if (type === ASK.flush) units.flushed();
    },
    lost(rest, why) {
      units.letGo();
      if (!tapped) line.requests.send(fresh(rest));
      line.makeOpaque(why);
    },
  });
  return {
    startup(packet) {
      units.begin('startup', true).requestBytes = packet.length;
      units.piece(packet);
      units.ended();
    },
    feed(chunk) {
      tapped = !context.rules.armed && !line.requests.busy && units.current?.held !== true && !headHeld;
      if (tapped) context.toCallee(chunk);
      passed = tapped || headHeld ? 0 : splitter.headBytes;
      splitter.feed(chunk);
      headHeld = !tapped && splitter.headBytes > 0;
    },
  };
}
