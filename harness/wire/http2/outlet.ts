/** Frames towards one end of a connection: gathered while one piece of bytes is handled, then written at once. */
import { CODE, FLAG, FRAME, frameHead, number32 } from './frames.ts';
import { type Field, writeBlock } from './hpack.ts';

export interface Outlet {
  bytes(bytes: Buffer): void;
  frame(type: number, flags: number, id: number, payload: Buffer): void;
  headers(id: number, fields: readonly Field[], end: boolean): void;
  reset(id: number, code: number): void;
  goAway(lastId: number): void;
  /** Gives credit back for swallowed data: on the stream as well, unless its id is 0. */
  credit(id: number, bytes: number): void;
  /** Sizes of the header table that the other end has announced; they go out with the next block. */
  tableSizes(sizes: readonly number[]): void;
  flush(): void;
}

/** What every peer takes without being asked (RFC 9113, section 6.5.2). */
const FRAME_BYTES = 16_384;
const EMPTY = Buffer.alloc(0);

export function createOutlet(write: (bytes: Buffer) => void): Outlet {
  let pieces: Buffer[] = [];
  let sizes: number[] = [];

  const frame: Outlet['frame'] = (type, flags, id, payload) => {
    pieces.push(frameHead(type, flags, id, payload.length));
    if (payload.length > 0) pieces.push(payload);
  };
  return {
    bytes: (bytes) => void pieces.push(bytes),
    frame,
    headers(id, fields, end) {
      const block = writeBlock({ fields, tableSizes: sizes });
      sizes = [];
      for (let at = 0; at === 0 || at < block.length; at += FRAME_BYTES) {
        const flags = (at === 0 && end ? FLAG.endStream : 0) | (at + FRAME_BYTES >= block.length ? FLAG.endHeaders : 0);
        frame(at === 0 ? FRAME.headers : FRAME.continuation, flags, id, block.subarray(at, at + FRAME_BYTES));
      }
    },
    reset: (id, code) => frame(FRAME.reset, 0, id, number32(code)),
    goAway: (lastId) => frame(FRAME.goaway, 0, 0, Buffer.concat([number32(lastId), number32(CODE.none)])),
    credit(id, bytes) {
      if (bytes === 0) return;
      frame(FRAME.window, 0, 0, number32(bytes));
      if (id !== 0) frame(FRAME.window, 0, id, number32(bytes));
    },
    tableSizes: (announced) => void sizes.push(...announced),
    flush() {
      if (pieces.length === 0) return;
      const all = pieces;
      pieces = [];
      write(all.length === 1 ? (all[0] ?? EMPTY) : Buffer.concat(all));
    },
  };
}
