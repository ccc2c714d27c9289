/** Replies the wire gives itself. */
import { STATUS_CODES } from 'node:http';
import type { WireAction } from '../../core/index.ts';

/** A reply of the wire, ready to be written. */
export interface OwnReply {
  readonly bytes: Buffer;
  readonly status: number;
  /** The connection ends after it. */
  readonly close: boolean;
}

const FRAMING = new Set(['content-length', 'transfer-encoding', 'connection', 'keep-alive', 'trailer', 'upgrade']);

/** The reply of a `status` action; framing headers are the wire's own, whatever the action asks for. */
export function ownReply(
  action: Extract<WireAction, { readonly do: 'status' }>,
  request: { readonly method: string; readonly close: boolean },
): OwnReply {
  const { status } = action;
  const bodyless = status === 204 || status === 304;
  const body = bodyless ? '' : (action.body ?? '');
  const lines = [`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Unknown'}`];
  for (const [name, value] of Object.entries(action.headers ?? {})) {
    if (!FRAMING.has(name.toLowerCase())) lines.push(`${name}: ${value.replace(/[\r\n]+/g, ' ')}`);
  }
  if (!bodyless) lines.push(`content-length: ${Buffer.byteLength(body)}`);
  lines.push(`connection: ${request.close ? 'close' : 'keep-alive'}`);
  const shown = request.method === 'HEAD' ? '' : body;
  return { bytes: Buffer.from(`${lines.join('\r\n')}\r\n\r\n${shown}`), status, close: request.close };
}
