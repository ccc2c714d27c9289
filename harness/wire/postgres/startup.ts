/** How a Postgres connection begins: wishes for encryption, then one packet without a type. */
import { STARTUP } from './messages.ts';

export interface StartupSink {
  refuseEncryption(): void;
  /** The startup message, and what came behind it. */
  started(packet: Buffer, rest: Buffer): void;
  /** Something else: a wish to cancel (no `why`), or no startup at all. */
  other(bytes: Buffer, why: string | undefined): void;
}

/** No startup packet is longer. */
const MOST_BYTES = 10_000;
const EMPTY: Buffer = Buffer.alloc(0);

/** Fed with what the client says until `started` or `other` is called. */
export function createStartup(sink: StartupSink): (chunk: Buffer) => void {
  let kept = EMPTY;
  return (chunk) => {
    let rest = kept.length === 0 ? chunk : Buffer.concat([kept, chunk]);
    for (; rest.length >= 8; ) {
      const length = rest.readInt32BE(0);
      const code = rest.readInt32BE(4);
      const isStartup = code >> 16 === STARTUP.major;
      const wishesEncryption = code === STARTUP.ssl || code === STARTUP.gssEncryption;
      if (length < 8 || length > MOST_BYTES || !(isStartup || wishesEncryption)) {
        sink.other(rest, code === STARTUP.cancel ? undefined : 'no startup message');
        return;
      }
      if (rest.length < length) break;
      const packet = rest.subarray(0, length);
      rest = rest.subarray(length);
      if (isStartup) {
        sink.started(packet, rest);
        return;
      }
      sink.refuseEncryption();
    }
    kept = rest;
  };
}
