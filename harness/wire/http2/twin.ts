/** The same call a second time, on a connection of its own; its reply reaches nobody. */
import { CODE, FLAG, FRAME, frameHead, frameSplitter, number32, PREFACE, unpadded } from './frames.ts';
import { blockReader, writeBlock } from './hpack.ts';
import { act, type Line } from './line.ts';
import { headerOf, type Stream } from './stream.ts';

/** As much as every callee takes on a new connection before it has given credit (RFC 9113, section 6.9.2). */
const TWIN_BYTES = 65_535;
const FRAME_BYTES = 16_384;
const WINDOW_BYTES = 2 ** 30;
const SETTING_WINDOW = 4;

/** Keeps a piece of the request; one that grows too large is not sent twice. */
export function copyRequest(stream: Stream, bytes: Buffer): void {
  if (stream.copy === undefined) return;
  stream.copy.size += bytes.length;
  if (stream.copy.size > TWIN_BYTES) stream.copy = undefined;
  else stream.copy.bytes.push(Buffer.from(bytes));
}

/** It is a hit when the callee has answered it. */
export function sendTwin(line: Line, stream: Stream): void {
  const { copy } = stream;
  stream.copy = undefined;
  if (copy === undefined) return;
  stream.acted = true;
  const reader = blockReader();
  let block: Buffer[] = [];
  let ends = false;
  const onFrame = frameSplitter((frame) => {
    const { type, flags, payload } = frame;
    if (type === FRAME.settings && (flags & FLAG.ack) === 0) own.write(frameHead(FRAME.settings, FLAG.ack, 0, 0));
    if (type === FRAME.headers || type === FRAME.data) ends = (flags & FLAG.endStream) !== 0;
    if (type === FRAME.headers) block = [unpadded(frame)];
    if (type === FRAME.continuation) block.push(payload);
    if ((type === FRAME.headers || type === FRAME.continuation) && (flags & FLAG.endHeaders) !== 0) {
      const status = headerOf(reader.read(Buffer.concat(block)).fields, 'grpc-status') ?? 'no status';
      if (ends) act(line, stream, `${stream.operation}: the second was answered ${status}`);
    }
    if (ends || type === FRAME.reset) own.close();
  });
  const own = line.context.dialCallee(onFrame, line.context.opened(stream));
  const settings = Buffer.alloc(6);
  settings.writeUInt16BE(SETTING_WINDOW);
  settings.writeUInt32BE(WINDOW_BYTES, 2);
  const head = writeBlock({ fields: stream.request, tableSizes: [] });
  own.write(PREFACE);
  own.write(Buffer.concat([frameHead(FRAME.settings, 0, 0, settings.length), settings]));
  own.write(Buffer.concat([frameHead(FRAME.window, 0, 0, 4), number32(WINDOW_BYTES - TWIN_BYTES)]));
  const body = Buffer.concat(copy.bytes);
  const headFlags = FLAG.endHeaders | (body.length === 0 ? FLAG.endStream : CODE.none);
  own.write(Buffer.concat([frameHead(FRAME.headers, headFlags, 1, head.length), head]));
  for (let at = 0; at < body.length; at += FRAME_BYTES) {
    const piece = body.subarray(at, at + FRAME_BYTES);
    const flags = at + FRAME_BYTES >= body.length ? FLAG.endStream : 0;
    own.write(Buffer.concat([frameHead(FRAME.data, flags, 1, piece.length), piece]));
  }
}
