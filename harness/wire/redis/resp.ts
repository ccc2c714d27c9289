/** Cuts one direction of a Redis connection into values (RESP2 and RESP3, https://redis.io/docs/latest/develop/reference/protocol-spec/). */

/** Told about top-level values in order: `begin`, any number of `piece`, `end`. */
export interface RespSink {
  /** The first byte of a value is there; it says what kind it is. */
  begin(kind: number): void;
  piece(bytes: Buffer): void;
  /** `line`: its first line without its kind. `words`: its first bulk texts (of a command: name and arguments), bounded. */
  end(line: Buffer, words: readonly Buffer[]): void;
  /** This is no RESP: `rest` and all that follows is not looked at. */
  lost(rest: Buffer, why: string): void;
}

export interface RespSplitter {
  feed(chunk: Buffer): void;
  /** Called within `end`: what follows is not read. */
  stop(why: string): void;
}

const LF = 10;
const CR = 13;
const MOST_WORDS = 4;
const MOST_WORD = 1_024;
const MOST_LINE = 64 * 1024;
const MOST_DEPTH = 64;
const EMPTY: Buffer = Buffer.alloc(0);

const kinds = (letters: string) => new Set([...letters].map((letter) => letter.charCodeAt(0)));
const SIMPLE = kinds('+-:_,#(');
const BULK = kinds('$!=');
const LISTS = kinds('*~>');
const MAP = '%'.charCodeAt(0);
export const PUSH = '>'.charCodeAt(0);
export const ERROR = '-'.charCodeAt(0);

/** `inline`: a line that begins with a letter is a command (only clients say such). */
export function createRespSplitter(sink: RespSink, options: { readonly inline: boolean }): RespSplitter {
  let stopped: string | undefined;
  let inValue = false;
  let ended = false;
  /** Elements still to come, per open list. */
  const open: number[] = [];
  /** Bytes of a bulk text, its line end included, still to come; kept while it is a word. */
  let skip = 0;
  let keeping: Buffer | undefined;
  let words: Buffer[] = [];
  let line = EMPTY;
  let hasLine = false;
  let fragment = EMPTY;

  /** One element is complete: lists that end with it are complete too. */
  const elementDone = () => {
    while (open.length > 0) {
      const left = (open[open.length - 1] as number) - 1;
      open[open.length - 1] = left;
      if (left > 0) return;
      open.pop();
    }
    ended = true;
  };
  const list = (count: number) => {
    if (count <= 0) elementDone();
    else if (open.length >= MOST_DEPTH) stopped = 'nested too deep';
    else open.push(count);
  };
  const onLine = (text: Buffer) => {
    const kind = text[0];
    if (!hasLine) {
      hasLine = true;
      line = text.subarray(1);
    }
    if (kind === undefined) {
      if (options.inline && open.length === 0) ended = true;
      else stopped = 'not the Redis protocol';
    } else if (SIMPLE.has(kind)) elementDone();
    else if (BULK.has(kind)) {
      const length = numberIn(text);
      if (Number.isNaN(length)) stopped = 'not the Redis protocol';
      else if (length < 0) elementDone();
      else {
        skip = length + 2;
        keeping = words.length < MOST_WORDS ? EMPTY : undefined;
      }
    } else if (LISTS.has(kind) || kind === MAP) {
      const count = numberIn(text);
      if (Number.isNaN(count)) stopped = 'not the Redis protocol';
      else list(kind === MAP ? count * 2 : count);
    } else if (options.inline && open.length === 0) {
      words = text
        .toString('latin1')
        .trim()
        .split(/\s+/, MOST_WORDS)
        .map((word) => Buffer.from(word, 'latin1'));
      ended = true;
    } else stopped = 'not the Redis protocol';
  };
  const bulk = (chunk: Buffer, at: number): number => {
    const taken = Math.min(skip, chunk.length - at);
    if (keeping !== undefined) {
      const room = Math.min(skip - 2, taken, MOST_WORD - keeping.length);
      if (room > 0) {
        const part = chunk.subarray(at, at + room);
        keeping = keeping.length === 0 ? part : Buffer.concat([keeping, part]);
      }
    }
    skip -= taken;
    if (skip === 0) {
      if (keeping !== undefined) words.push(keeping);
      keeping = undefined;
      elementDone();
    }
    return at + taken;
  };
  const lineFrom = (chunk: Buffer, at: number): number => {
    const end = chunk.indexOf(LF, at);
    if (end < 0) {
      fragment = fragment.length === 0 ? chunk.subarray(at) : Buffer.concat([fragment, chunk.subarray(at)]);
      if (fragment.length > MOST_LINE) stopped = 'a line that does not end';
      return chunk.length;
    }
    let text = chunk.subarray(at, end);
    if (fragment.length > 0) text = Buffer.concat([fragment, text]);
    fragment = EMPTY;
    onLine(text[text.length - 1] === CR ? text.subarray(0, -1) : text);
    return end + 1;
  };

  const finish = () => {
    const [told, said] = [line, words];
    inValue = false;
    ended = false;
    line = EMPTY;
    hasLine = false;
    words = [];
    sink.end(told, said);
  };

  return {
    stop(why) {
      stopped = why;
    },
    feed(chunk) {
      let from = 0;
      for (let at = 0; at < chunk.length && stopped === undefined; ) {
        if (!inValue) {
          inValue = true;
          sink.begin(chunk[at] as number);
        }
        at = skip > 0 ? bulk(chunk, at) : lineFrom(chunk, at);
        if (!ended) continue;
        sink.piece(from === 0 && at === chunk.length ? chunk : chunk.subarray(from, at));
        from = at;
        finish();
      }
      if (stopped !== undefined) sink.lost(chunk.subarray(from), stopped);
      else if (from < chunk.length) sink.piece(from === 0 ? chunk : chunk.subarray(from));
    },
  };
}

/** The number behind the kind; NaN when it is none. */
function numberIn(text: Buffer): number {
  if (text.length < 2 || text.length > 12) return Number.NaN;
  let value = 0;
  const negative = text[1] === 45;
  for (let at = negative ? 2 : 1; at < text.length; at++) {
    const digit = (text[at] as number) - 48;
    if (digit < 0 || digit > 9) return Number.NaN;
    value = value * 10 + digit;
  }
  return negative ? -value : value;
}
