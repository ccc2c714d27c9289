/**
 * Finds the boundaries of HTTP/1.1 messages in one direction of a byte stream (RFC 9112), however it is cut into
 * pieces.
 */
import { LIMITS } from '../../core/index.ts';

/** How a body ends, as the sink answers for each head: a length from 0 on, or one of these. */
export const CHUNKED = -1;
export const UNTIL_END = -2;
/** No message any more: what follows the head is passed and not looked at. */
export const OPAQUE = -3;

/** Told about messages as they come. For one message: `head`, any number of `body`, `end`. */
export interface MessageSink {
  /** The whole head, its empty line included. Answers how the body ends. */
  head(raw: Buffer): number;
  /** Bytes `from` to `to` of `bytes` belong to the body, chunk sizes and trailers included. */
  body(bytes: Buffer, from: number, to: number): void;
  end(): void;
  /** Not HTTP/1.1, or a head over `LIMITS.headBytes`. `raw` was not told before; all that follows comes by `opaque`. */
  lost(raw: Buffer): void;
  opaque(bytes: Buffer, from: number, to: number): void;
}

export interface Parser {
  /** Looks at `bytes` from `from` on. Answers where it stopped: short of their end only after `stop`. */
  feed(bytes: Buffer, from: number): number;
  /** Called by the sink within `head`: `feed` returns right after it, and the message goes on with `go`. */
  stop(): void;
  go(): void;
  /** Bytes of a head that has begun and not ended. */
  readonly partialBytes: number;
  /** Gives them out and forgets them. */
  takePartial(): Buffer;
  /** The connection ended: a body that lasts until then is complete now. */
  finish(): void;
  /** From now on nothing is parsed. */
  makeOpaque(): void;
}

const HEAD = 0;
const LENGTH = 1;
const CHUNK_SIZE = 2;
const CHUNK_DATA = 3;
const CHUNK_END = 4;
const TRAILER = 5;
const TO_END = 6;
const BLIND = 7;

/** Where a line scan stands: nothing but empty lines yet, within a line, at the start of one. */
const NOTHING = 0;
const IN_LINE = 1;
const LINE_START = 2;

const LF = 10;
const CR = 13;
const EMPTY = Buffer.alloc(0);

export function createParser(sink: MessageSink): Parser {
  let state = HEAD;
  let line = NOTHING;
  let stopped = false;
  let stoppedBody: number | undefined;
  let remaining = 0;
  let pieces: Buffer[] = [];
  let partialBytes = 0;
  const chunk = chunkScanner();

  const takePartial = (): Buffer => {
    const partial = pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces);
    pieces = [];
    partialBytes = 0;
    return partial;
  };
  const lose = (raw: Buffer) => {
    state = BLIND;
    sink.lost(raw);
  };
  const endMessage = () => {
    state = HEAD;
    line = NOTHING;
    sink.end();
  };
  const begin = (body: number) => {
    if (body === 0) endMessage();
    else if (body > 0) {
      state = LENGTH;
      remaining = body;
    } else if (body === CHUNKED) {
      state = CHUNK_SIZE;
      chunk.reset();
    } else state = body === UNTIL_END ? TO_END : BLIND;
  };

  /** Index after the head's empty line, or -1 when it is not all there; -2 when this is no head. */
  const scanHead = (bytes: Buffer, from: number): number => {
    for (let at = from; at < bytes.length; at++) {
      const byte = bytes[at] as number;
      if (byte === LF) {
        if (line === LINE_START) return at + 1;
        if (line === IN_LINE) line = LINE_START;
      } else if (byte !== CR) {
        if (line === NOTHING && (byte < 0x21 || byte > 0x7e)) return -2;
        line = IN_LINE;
      }
    }
    return -1;
  };

  const feedHead = (bytes: Buffer, from: number): number => {
    const end = scanHead(bytes, from);
    const piece = end < 0 ? bytes.subarray(from) : bytes.subarray(from, end);
    partialBytes += piece.length;
    pieces.push(piece);
    if (end === -2 || partialBytes > LIMITS.headBytes) lose(takePartial());
    else if (end >= 0) {
      const body = sink.head(takePartial());
      // The sink may have made the parser opaque meanwhile.
      if (state !== HEAD) return from + piece.length;
      if (stopped) stoppedBody = body;
      else begin(body);
    }
    return from + piece.length;
  };

  const feedBody = (bytes: Buffer, from: number): number => {
    let at = from;
    let done = false;
    let broken = false;
    while (at < bytes.length && !done && !broken) {
      if (state === TO_END) at = bytes.length;
      else if (state === LENGTH || state === CHUNK_DATA) {
        const taken = Math.min(remaining, bytes.length - at);
        at += taken;
        remaining -= taken;
        if (remaining > 0) break;
        if (state === LENGTH) done = true;
        else state = CHUNK_END;
      } else {
        const next = chunk.step(state, bytes[at++] as number);
        if (next === HEAD) done = true;
        else if (next === BLIND) broken = true;
        else state = next;
        remaining = chunk.size;
      }
    }
    sink.body(bytes, from, at);
    if (done) endMessage();
    else if (broken) lose(EMPTY);
    return at;
  };

  return {
    feed(bytes, from) {
      stopped = false;
      let at = from;
      while (at < bytes.length && !stopped) {
        if (state === HEAD) at = feedHead(bytes, at);
        else if (state !== BLIND) at = feedBody(bytes, at);
        else {
          sink.opaque(bytes, at, bytes.length);
          at = bytes.length;
        }
      }
      return at;
    },
    stop() {
      stopped = true;
    },
    go() {
      if (stoppedBody === undefined) return;
      const body = stoppedBody;
      stoppedBody = undefined;
      stopped = false;
      begin(body);
    },
    get partialBytes() {
      return partialBytes;
    },
    takePartial,
    finish() {
      if (state === TO_END) endMessage();
    },
    makeOpaque() {
      state = BLIND;
    },
  };
}

const LARGEST_CHUNK = 2 ** 48;

/** The bytes between chunk data, one at a time: sizes with extensions, line ends, trailers. Answers the next state. */
function chunkScanner(): { reset(): void; step(state: number, byte: number): number; readonly size: number } {
  let size = 0;
  let digits = 0;
  let inExtension = false;
  let line = LINE_START;

  const reset = () => {
    size = 0;
    digits = 0;
    inExtension = false;
    line = LINE_START;
  };
  const sizeByte = (byte: number): number => {
    if (byte === LF) {
      if (digits === 0) return BLIND;
      return size === 0 ? TRAILER : CHUNK_DATA;
    }
    const digit = hexValue(byte);
    if (inExtension || digit < 0) {
      if (digits === 0) return BLIND;
      inExtension = true;
      return CHUNK_SIZE;
    }
    size = size * 16 + digit;
    digits++;
    return size > LARGEST_CHUNK ? BLIND : CHUNK_SIZE;
  };
  return {
    reset,
    get size() {
      return size;
    },
    step(state, byte) {
      if (state === CHUNK_SIZE) return sizeByte(byte);
      if (state === CHUNK_END) {
        if (byte === CR) return CHUNK_END;
        reset();
        return byte === LF ? CHUNK_SIZE : BLIND;
      }
      if (byte === LF && line === LINE_START) return HEAD;
      if (byte === LF) line = LINE_START;
      else if (byte !== CR) line = IN_LINE;
      return TRAILER;
    },
  };
}

function hexValue(byte: number): number {
  if (byte >= 48 && byte <= 57) return byte - 48;
  const letter = byte | 32;
  return letter >= 97 && letter <= 102 ? letter - 87 : -1;
}
