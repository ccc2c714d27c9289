/**
 * The shape of a JSON body: names and types of its members, and none of its values. Kept only while somebody compares
 * traffic with documents: bodies hold what nobody may find in a saved run, and reading them costs time.
 */

/** Whether shapes are kept now; shared by every connection of a wire. */
export interface Shapes {
  readonly wanted: boolean;
  /** How many want them: each who says true says false later. */
  want(on: boolean): void;
}

export function createShapes(): Shapes {
  let holders = 0;
  return {
    get wanted() {
      return holders > 0;
    },
    want(on) {
      holders = Math.max(0, holders + (on ? 1 : -1));
    },
  };
}

/** A body that is larger is not read. */
const MOST_BODY = 256 * 1024;
const MOST_TEXT = 8 * 1024;
const DEEPEST = 16;

/** Gathers the bytes of one body. */
export interface BodyShape {
  add(bytes: Buffer): void;
  /** As JSON text: `{"orderId":"string","items":[{"price":"integer"}]}`; undefined where the body is no JSON, or too large. */
  text(): string | undefined;
}

/** `chunked`: chunk sizes stand between the bytes (RFC 9112, section 7.1). */
export function gatherBody(chunked: boolean): BodyShape {
  const pieces: Buffer[] = [];
  let size = 0;
  return {
    add(bytes) {
      size += bytes.length;
      // A copy: the buffer of a socket is used again.
      if (size <= MOST_BODY) pieces.push(Buffer.from(bytes));
    },
    text() {
      if (size === 0 || size > MOST_BODY) return undefined;
      const body = Buffer.concat(pieces);
      return shapeText(chunked ? unchunked(body) : body);
    },
  };
}

/** The shape of a JSON object or list, as text; undefined for everything else. */
export function shapeText(body: Uint8Array): string | undefined {
  const first = body[0];
  if (first !== 0x7b && first !== 0x5b) return undefined;
  try {
    const text = JSON.stringify(shapeOf(JSON.parse(Buffer.from(body).toString('utf8')), 0));
    return text.length <= MOST_TEXT ? text : undefined;
  } catch {
    return undefined;
  }
}

function shapeOf(value: unknown, depth: number): unknown {
  if (value === null || depth > DEEPEST) return 'null';
  if (Array.isArray(value)) {
    const kinds = new Map(value.map((item) => shapeOf(item, depth + 1)).map((shape) => [JSON.stringify(shape), shape]));
    return [...kinds.values()];
  }
  if (typeof value === 'object')
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, shapeOf(member, depth + 1)]));
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}

function unchunked(body: Buffer): Buffer {
  const pieces: Buffer[] = [];
  for (let at = 0; at < body.length; ) {
    const lineEnd = body.indexOf('\r\n', at);
    const length = Number.parseInt(body.toString('latin1', at, lineEnd), 16);
    if (lineEnd < 0 || !(length > 0)) break;
    pieces.push(body.subarray(lineEnd + 2, lineEnd + 2 + length));
    at = lineEnd + 2 + length + 2;
  }
  return Buffer.concat(pieces);
}
