/** Frames of HTTP/2 (RFC 9113, section 4): cut out of a stream of bytes, and written. */
import { LIMITS } from '../../core/index.ts';

export const FRAME = {
  data: 0,
  headers: 1,
  priority: 2,
  reset: 3,
  settings: 4,
  push: 5,
  ping: 6,
  goaway: 7,
  window: 8,
  continuation: 9,
} as const;

export const FLAG = { ack: 1, endStream: 1, endHeaders: 4, padded: 8, priority: 32 } as const;

/** Error codes of RST_STREAM and GOAWAY that the wire uses itself (RFC 9113, section 7). */
export const CODE = { none: 0, internal: 2, refused: 7, cancel: 8 } as const;

export const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');

export interface Frame {
  readonly type: number;
  readonly flags: number;
  /** Stream; 0: the connection. */
  readonly id: number;
  readonly payload: Buffer;
}

const HEAD_BYTES = 9;

/** Calls `onFrame` for each whole frame. Throws `RangeError` on a frame over `LIMITS.http2FrameBytes`. */
export function frameSplitter(onFrame: (frame: Frame) => void): (bytes: Buffer) => void {
  let pieces: Buffer[] = [];
  let size = 0;
  let wanted = HEAD_BYTES;
  return (bytes) => {
    pieces.push(bytes);
    size += bytes.length;
    if (size < wanted) return;
    const whole = pieces.length === 1 ? bytes : Buffer.concat(pieces);
    let at = 0;
    wanted = HEAD_BYTES;
    while (whole.length - at >= HEAD_BYTES) {
      const length = whole.readUIntBE(at, 3);
      if (length > LIMITS.http2FrameBytes) throw new RangeError(`a frame of ${length} bytes is too large`);
      wanted = HEAD_BYTES + length;
      if (whole.length - at < wanted) break;
      onFrame({
        type: whole[at + 3] as number,
        flags: whole[at + 4] as number,
        id: whole.readUInt32BE(at + 5) & 0x7fffffff,
        payload: whole.subarray(at + HEAD_BYTES, at + wanted),
      });
      at += wanted;
      wanted = HEAD_BYTES;
    }
    size = whole.length - at;
    pieces = size > 0 ? [whole.subarray(at)] : [];
  };
}

export function frameHead(type: number, flags: number, id: number, length: number): Buffer {
  const head = Buffer.allocUnsafe(HEAD_BYTES);
  head.writeUIntBE(length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(id, 5);
  return head;
}

/** The payload of a HEADERS or DATA frame without its padding and priority. */
export function unpadded({ type, flags, payload }: Frame): Buffer {
  const padded = (flags & FLAG.padded) !== 0;
  const from = (padded ? 1 : 0) + (type === FRAME.headers && (flags & FLAG.priority) !== 0 ? 5 : 0);
  const to = payload.length - (padded ? (payload[0] as number) : 0);
  if (to < from) throw new RangeError('a frame is shorter than its padding');
  return payload.subarray(from, to);
}

export function number32(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
