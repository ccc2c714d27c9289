/** Frames that belong to the connection as a whole: settings, pings, credit, and the word that it ends. */
import { LIMITS } from '../../core/index.ts';
import { CODE, FLAG, FRAME, type Frame, number32 } from './frames.ts';
import { abort, finish, forget, type Line } from './line.ts';
import type { Outlet } from './outlet.ts';

const SETTING_PUSH = 2;
const SETTING_FRAME_BYTES = 5;
const SETTING_BYTES = 6;
const EVERY_STREAM = 0x7fffffff;

/** The caller's settings, with pushing forbidden: gRPC has no use for it, and nothing else is asked for here. */
export function passCallerSettings(line: Line, frame: Frame): void {
  if ((frame.flags & FLAG.ack) !== 0) {
    passConnectionFrame(line.toCallee, frame);
    return;
  }
  const settings = [...settingsOf(frame.payload)].filter(([id]) => id !== SETTING_PUSH);
  line.toCallee.frame(FRAME.settings, 0, 0, settingBytes([...settings, [SETTING_PUSH, 0]]));
}

export function passConnectionFrame(outlet: Outlet, { type, flags, payload }: Frame): void {
  const isSettings = type === FRAME.settings && (flags & FLAG.ack) === 0;
  outlet.frame(type, flags, 0, isSettings ? settingBytes([...settingsOf(payload)]) : payload);
}

/** Frames larger than the wire takes are not offered. */
function* settingsOf(payload: Buffer): Generator<readonly [id: number, value: number]> {
  for (let at = 0; at + SETTING_BYTES <= payload.length; at += SETTING_BYTES) {
    const id = payload.readUInt16BE(at);
    const value = payload.readUInt32BE(at + 2);
    yield [id, id === SETTING_FRAME_BYTES ? Math.min(value, LIMITS.http2FrameBytes) : value];
  }
}

function settingBytes(settings: readonly (readonly [id: number, value: number])[]): Buffer {
  const bytes = Buffer.alloc(settings.length * SETTING_BYTES);
  for (const [index, [id, value]] of settings.entries()) {
    bytes.writeUInt16BE(id, index * SETTING_BYTES);
    bytes.writeUInt32BE(value, index * SETTING_BYTES + 2);
  }
  return bytes;
}

/** The callee takes no streams above a number: told to the caller in its own numbers. */
export function calleeGoesAway(line: Line, { payload }: Frame): void {
  const lastId = payload.readUInt32BE(0) & EVERY_STREAM;
  if (lastId === EVERY_STREAM) {
    line.toCaller.frame(FRAME.goaway, 0, 0, payload);
    return;
  }
  line.calleeGoesAway = true;
  const taken = [...line.streams.values()].filter(({ calleeId = EVERY_STREAM }) => calleeId <= lastId);
  const lastTaken = taken.reduce((last, { id }) => Math.max(last, id), 0);
  line.toCaller.frame(FRAME.goaway, 0, 0, Buffer.concat([number32(lastTaken), payload.subarray(4)]));
  for (const stream of [...line.streams.values()]) {
    if (taken.includes(stream) || stream.pending) continue;
    if (stream.id < lastTaken) abort(line, stream, { caller: CODE.refused });
    else {
      finish(line, stream, 'reset');
      forget(line, stream);
    }
  }
}
