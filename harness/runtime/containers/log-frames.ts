/** The engine's log stream: frames of 8 bytes of head (stream, three zeros, length) and a payload. */
import type { Readable } from 'node:stream';

const HEAD_BYTES = 8;
const LENGTH_AT = 4;

/** Hands on the payload of every whole frame, in order; resolves at the end of the stream. */
export async function demux(stream: Readable, take: (payload: Buffer) => void): Promise<void> {
  let held: Buffer = Buffer.alloc(0);
  for await (const piece of stream) {
    held = held.length === 0 ? (piece as Buffer) : Buffer.concat([held, piece as Buffer]);
    while (held.length >= HEAD_BYTES) {
      const end = HEAD_BYTES + held.readUInt32BE(LENGTH_AT);
      if (held.length < end) break;
      take(held.subarray(HEAD_BYTES, end));
      held = held.subarray(end);
    }
  }
}
