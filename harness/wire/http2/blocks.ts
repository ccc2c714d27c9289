/** Header blocks out of HEADERS and CONTINUATION frames of one direction. */
import { LIMITS } from '../../core/index.ts';
import { FLAG, FRAME, type Frame, unpadded } from './frames.ts';
import { blockReader, type Field } from './hpack.ts';
import type { Outlet } from './outlet.ts';

/** Answers true for a frame that belongs to a header block. Every block is read, whoever it is for: later ones lean on it. */
export function headersOf(
  outlet: Outlet,
  onHeaders: (id: number, fields: readonly Field[], end: boolean) => void,
): (frame: Frame) => boolean {
  const reader = blockReader();
  let pieces: Buffer[] = [];
  let size = 0;
  let end = false;
  return (frame) => {
    const { type, flags, id } = frame;
    if (type === FRAME.push) throw new RangeError('the callee pushes, although it was told not to');
    if (type !== FRAME.headers && type !== FRAME.continuation) return false;
    const piece = unpadded(frame);
    if (type === FRAME.headers) {
      pieces = [];
      size = 0;
      end = (flags & FLAG.endStream) !== 0;
    }
    pieces.push(piece);
    size += piece.length;
    if (size > LIMITS.headBytes) throw new RangeError(`a header block of over ${LIMITS.headBytes} bytes is too large`);
    if ((flags & FLAG.endHeaders) === 0) return true;
    const { fields, tableSizes } = reader.read(pieces.length === 1 ? piece : Buffer.concat(pieces));
    outlet.tableSizes(tableSizes);
    onHeaders(id, fields, end);
    return true;
  };
}
