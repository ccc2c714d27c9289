/**
 * Cuts one direction of a Postgres connection into messages (type byte, Int32 length, body; protocol 3.0), however the bytes come in pieces.
 * Bodies that nobody asked for are jumped over, never looked at.
 */

/** Told about messages in order: `begin`, any number of `piece`, `end`. */
export interface MessageSink {
  /** Type and size (type and length field included) of a message are known. True: its body is wanted at `end`. */
  begin(type: number, bytes: number): boolean;
  /** Bytes of the message, its head included, that have not been told before. */
  piece(bytes: Buffer): void;
  /** The message is complete. `body`: its first `MOST_BODY` bytes where they were wanted, else empty. */
  end(type: number, body: Buffer): void;
  /** Nothing is read any more: these are no Postgres messages, or `stop` was called. `rest` has not been told as a piece. */
  lost(rest: Buffer, why: string): void;
}

export interface MessageSplitter {
  feed(chunk: Buffer): void;
  /** Bytes of a message's head that has begun and whose type and length are not known yet. */
  readonly headBytes: number;
  /** Called within `begin` or `end`: this message, or what follows it, is not read. */
  stop(why: string): void;
}

const HEAD = 5;
/** Of a longer body only so much is kept: names and the beginning of a statement stand in front. */
export const MOST_BODY = 64 * 1024;
const LARGEST = 2 ** 30;
const EMPTY: Buffer = Buffer.alloc(0);

export function createMessageSplitter(sink: MessageSink): MessageSplitter {
  let head = EMPTY;
  let type = 0;
  let remaining = 0;
  let body: Buffer[] | undefined;
  let bodyBytes = 0;
  let stopped: string | undefined;

  const take = (bytes: Buffer) => {
    const room = MOST_BODY - bodyBytes;
    if (body === undefined || room <= 0) return;
    const part = bytes.length <= room ? bytes : bytes.subarray(0, room);
    body.push(part);
    bodyBytes += part.length;
  };
  const finish = () => {
    const whole = body === undefined ? EMPTY : body.length === 1 ? (body[0] as Buffer) : Buffer.concat(body);
    body = undefined;
    sink.end(type, whole);
  };
  /** Reads the head at `at`; answers where the body begins, or -1 when this is no message. */
  const begin = (chunk: Buffer, at: number): number => {
    type = chunk[at] as number;
    const length = chunk.readInt32BE(at + 1);
    if (length < 4 || length > LARGEST || type < 0x31 || type > 0x7a) return -1;
    remaining = length - 4;
    body = sink.begin(type, length + 1) ? [] : undefined;
    bodyBytes = 0;
    return at + HEAD;
  };

  return {
    get headBytes() {
      return head.length;
    },
    stop(why) {
      stopped = why;
    },
    feed(fresh) {
      let chunk = fresh;
      let at = 0;
      if (head.length > 0) {
        chunk = Buffer.concat([head, fresh]);
        head = EMPTY;
      }
      while (at < chunk.length && stopped === undefined) {
        let from = at;
        if (remaining === 0) {
          if (chunk.length - at < HEAD) {
            head = chunk.subarray(at);
            return;
          }
          at = begin(chunk, at);
          if (at < 0) stopped = 'not the Postgres protocol';
          if (stopped !== undefined) return sink.lost(chunk.subarray(from), stopped);
        }
        const end = Math.min(chunk.length, at + remaining);
        remaining -= end - at;
        if (body !== undefined && end > at) take(chunk.subarray(at, end));
        sink.piece(from === 0 && end === chunk.length ? chunk : chunk.subarray(from, end));
        from = end;
        at = end;
        if (remaining === 0) finish();
      }
      if (stopped !== undefined) sink.lost(chunk.subarray(at), stopped);
    },
  };
}
