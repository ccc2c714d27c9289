/** Replies the wire gives itself on an HTTP/2 stream: headers alone, as gRPC calls it. */
import type { WireAction } from '../../core/index.ts';
import type { Field } from './hpack.ts';
import { finish, type Line } from './line.ts';
import type { Stream } from './stream.ts';

/** Ends the stream with the action's gRPC status; its body is the message. */
export function ownReply(line: Line, stream: Stream, action: Extract<WireAction, { readonly do: 'status' }>): void {
  const fields: Field[] = [];
  // The callee's head may have been kept from the caller together with the rest of its reply.
  if (!stream.headPassed) {
    fields.push({ name: ':status', value: '200' }, { name: 'content-type', value: 'application/grpc' });
  }
  fields.push({ name: 'grpc-status', value: String(action.status) });
  if (action.body !== undefined) fields.push({ name: 'grpc-message', value: percentEncoded(action.body) });
  for (const [name, value] of Object.entries(action.headers ?? {})) {
    fields.push({ name: name.toLowerCase(), value: value.replace(/[\r\n]+/g, ' ') });
  }
  line.toCaller.headers(stream.id, fields, true);
  stream.replyEnded = true;
  finish(line, stream, 'answered', action.status);
}

/** As gRPC writes messages: all but printable ASCII, and the percent sign, as %XX of UTF-8. */
function percentEncoded(text: string): string {
  return [...Buffer.from(text)]
    .map((byte) =>
      byte >= 0x20 && byte <= 0x7e && byte !== 0x25
        ? String.fromCharCode(byte)
        : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
    )
    .join('');
}
