/**
 * One direction of an HTTP connection: passed at once while nobody wants to act, else held until parsed; it can be
 * stopped and go on.
 */
import { LIMITS } from '../../core/index.ts';
import { createParser } from './parser.ts';

/** Told about the messages of one direction. What it gets as `unpassed` or `held` it has to pass on itself. */
export interface FlowHandler {
  /**
   * `untouched`: no byte of the head has been passed, so the message can still be kept back. Answers how the body
   * ends.
   */
  head(head: {
    readonly raw: Buffer;
    readonly at: number;
    readonly unpassed: Buffer;
    readonly untouched: boolean;
  }): number;
  body(bytes: Buffer, from: number, to: number, held: boolean): void;
  end(): void;
  /** The stream is not (or no longer) HTTP/1.1 that we read: it passes as bytes from here. */
  lost(raw: Buffer, unpassed: Buffer): void;
  /** The peer of this direction ended its side; all it had sent was handled before. */
  ended(how: 'end' | 'reset'): void;
}

export interface FlowOptions {
  forward(bytes: Buffer): void;
  /** True while somebody may want to act: then nothing is passed before it is parsed. */
  gated(): boolean;
  throttle(on: boolean): void;
  now(): number;
}

export interface Flow {
  feed(bytes: Buffer): void;
  ended(how: 'end' | 'reset'): void;
  /** Called by the handler within `head`: what follows waits for `go`. */
  stop(): void;
  go(): void;
  makeOpaque(): void;
}

const EMPTY = Buffer.alloc(0);

export function createFlow(handler: FlowHandler, options: FlowOptions): Flow {
  let stopped = false;
  let held = false;
  let passed = 0;
  let chunkAt = 0;
  let headAt: number | undefined;
  let stash: Buffer[] = [];
  let stashBytes = 0;
  let endedHow: 'end' | 'reset' | undefined;

  const unpassedOf = (raw: Buffer): Buffer => {
    const unpassed = held ? raw.subarray(passed) : EMPTY;
    passed = 0;
    return unpassed;
  };
  const parser = createParser({
    head(raw) {
      const at = headAt ?? chunkAt;
      headAt = undefined;
      const untouched = held && passed === 0;
      return handler.head({ raw, at, unpassed: unpassedOf(raw), untouched });
    },
    body: (bytes, from, to) => handler.body(bytes, from, to, held),
    end: () => handler.end(),
    lost: (raw) => handler.lost(raw, unpassedOf(raw)),
    opaque(bytes, from, to) {
      if (held) options.forward(bytes.subarray(from, to));
    },
  });

  const take = (bytes: Buffer) => {
    chunkAt = options.now();
    held = options.gated() || parser.partialBytes > passed;
    if (!held) options.forward(bytes);
    const at = parser.feed(bytes, 0);
    if (!held) passed = parser.partialBytes;
    if (parser.partialBytes > 0) headAt ??= chunkAt;
    if (at < bytes.length) keep(bytes.subarray(at));
  };
  const keep = (bytes: Buffer) => {
    stash.push(bytes);
    stashBytes += bytes.length;
    if (stashBytes > LIMITS.wireStashBytes) options.throttle(true);
  };
  const passPartial = () => {
    if (parser.partialBytes === 0) return;
    const partial = parser.takePartial();
    if (partial.length > passed) options.forward(partial.subarray(passed));
    passed = 0;
  };
  const end = (how: 'end' | 'reset') => {
    passPartial();
    if (how === 'end') parser.finish();
    handler.ended(how);
  };

  return {
    feed(bytes) {
      if (stopped) keep(bytes);
      else take(bytes);
    },
    ended(how) {
      if (stopped) endedHow = how;
      else end(how);
    },
    stop() {
      stopped = true;
      parser.stop();
    },
    go() {
      stopped = false;
      parser.go();
      const waiting = stash;
      stash = [];
      stashBytes = 0;
      options.throttle(false);
      for (const bytes of waiting) {
        if (stopped) keep(bytes);
        else take(bytes);
      }
      if (stopped || endedHow === undefined) return;
      const how = endedHow;
      endedHow = undefined;
      end(how);
    },
    makeOpaque() {
      passPartial();
      parser.makeOpaque();
    },
  };
}
