/** Cuts a stream of bytes into Kafka frames (INT32 size, then as many bytes) without holding back what may go on at once. */
import { LIMITS } from '../../core/index.ts';

/** How a frame goes on: `tap` at once and read afterwards, `hold` only when complete, `opaque` at once and never read. */
export type FrameMode = 'tap' | 'hold' | 'opaque';

export interface FrameSink {
  /** The first bytes of a frame (size included) are there. One larger than `LIMITS.kafkaFrameBytes` is `opaque`, whatever the answer. */
  begin(head: Buffer): FrameMode;
  /** Bytes of tapped or opaque frames, in order, to be passed on now. */
  pass(bytes: Buffer): void;
  /** A frame has ended, and what was tapped of it has been passed. `frame` is all of it, size included; of an opaque one the first bytes only. */
  frame(frame: Buffer, mode: FrameMode): void;
}

/** Bytes at the start of a request the wire must see to know it: size, api key, version, correlation id. */
export const REQUEST_HEAD_BYTES = 12;
/** Bytes at the start of a reply: size, correlation id. */
export const REPLY_HEAD_BYTES = 8;

/**
 * A splitter that asks `begin` once `headBytes` of a frame are there. Bytes that cannot be Kafka (a size too small to hold a head) make it
 * pass everything from there on as it comes.
 */
export function createFrameSplitter(headBytes: number, sink: FrameSink): (chunk: Buffer) => void {
  let kept: Buffer[] = [];
  let keptBytes = 0;
  /** Size of the frame being read, its size field included; 0 between frames. */
  let frameBytes = 0;
  let seenBytes = 0;
  let mode: FrameMode = 'tap';
  let head: Buffer = Buffer.alloc(0);
  let notKafka = false;

  const keep = (bytes: Buffer) => {
    kept.push(bytes);
    keptBytes += bytes.length;
  };
  const take = () => {
    const whole = kept.length === 1 ? (kept[0] as Buffer) : Buffer.concat(kept, keptBytes);
    kept = [];
    keptBytes = 0;
    return whole;
  };

  /** Between two frames: returns where to go on reading in the chunk. */
  const start = (chunk: Buffer, at: number): number => {
    if (keptBytes + chunk.length - at < headBytes) {
      keep(chunk.subarray(at));
      return chunk.length;
    }
    head = keptBytes === 0 ? chunk.subarray(at) : Buffer.concat([...kept, chunk.subarray(at, at + headBytes)]);
    const size = head.readInt32BE(0);
    if (size < headBytes - 4) {
      notKafka = true;
      if (keptBytes > 0) sink.pass(take());
      sink.pass(chunk.subarray(at));
      return chunk.length;
    }
    const wanted = sink.begin(head);
    mode = size > LIMITS.kafkaFrameBytes ? 'opaque' : wanted;
    frameBytes = size + 4;
    seenBytes = keptBytes;
    if (mode === 'opaque') head = Buffer.from(head.subarray(0, headBytes));
    if (keptBytes > 0 && mode !== 'hold') {
      const early = take();
      sink.pass(early);
      if (mode === 'tap') keep(early);
    }
    return at;
  };

  const goOn = (chunk: Buffer, at: number): number => {
    const end = Math.min(chunk.length, at + frameBytes - seenBytes);
    const part = at === 0 && end === chunk.length ? chunk : chunk.subarray(at, end);
    if (mode !== 'hold') sink.pass(part);
    if (mode !== 'opaque') keep(part);
    seenBytes += part.length;
    if (seenBytes === frameBytes) {
      frameBytes = 0;
      sink.frame(mode === 'opaque' ? head : take(), mode);
    }
    return end;
  };

  return (chunk) => {
    if (notKafka) return sink.pass(chunk);
    for (let at = 0; at < chunk.length; ) at = frameBytes === 0 ? start(chunk, at) : goOn(chunk, at);
  };
}
