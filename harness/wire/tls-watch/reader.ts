/**
 * Reads what one end of a TLS 1.2 connection says in the clear (RFC 5246): its certificate, and whether it went on to application data.
 * Nothing is decrypted; in TLS 1.3 certificates are encrypted, and so are not seen.
 */
import { X509Certificate } from 'node:crypto';

export interface TlsReader {
  /** Answers false once there is nothing more to learn from this end. */
  feed(bytes: Buffer): boolean;
  /** The first certificate it showed. */
  readonly certificate: X509Certificate | undefined;
  /** It sent application data. */
  readonly wentOn: boolean;
  /** It spoke something else. */
  readonly notTls: boolean;
}

const CHANGE_CIPHER = 20;
const ALERT = 21;
const HANDSHAKE = 22;
const APPLICATION = 23;
const CERTIFICATE = 11;
const RECORD_HEADER = 5;
const MESSAGE_HEADER = 4;
/** Beyond this a handshake is not waited for. */
const MOST_BYTES = 256 * 1024;

export function createTlsReader(): TlsReader {
  let records: Buffer = Buffer.alloc(0);
  let messages: Buffer = Buffer.alloc(0);
  let encrypted = false;
  let certificate: X509Certificate | undefined;
  let wentOn = false;
  let notTls = false;

  const readMessages = () => {
    while (messages.length >= MESSAGE_HEADER) {
      const end = MESSAGE_HEADER + messages.readUIntBE(1, 3);
      if (messages.length < end) return;
      if (messages[0] === CERTIFICATE) certificate ??= firstOf(messages.subarray(MESSAGE_HEADER, end));
      messages = messages.subarray(end);
    }
  };
  /** True when the record tells that there is nothing more to learn. */
  const readRecord = (type: number, body: Buffer): boolean => {
    if (type === CHANGE_CIPHER) encrypted = true;
    else if (type === HANDSHAKE && !encrypted) {
      messages = Buffer.concat([messages, body]);
      readMessages();
    } else if (type === APPLICATION) wentOn = true;
    else if (type !== ALERT && type !== HANDSHAKE) notTls = true;
    return wentOn || notTls;
  };
  const learns = (bytes: Buffer): boolean => {
    records = Buffer.concat([records, bytes]);
    while (records.length >= RECORD_HEADER) {
      if (records[1] !== 3) {
        notTls = true;
        return false;
      }
      const end = RECORD_HEADER + records.readUInt16BE(3);
      if (records.length < end) return records.length < MOST_BYTES;
      if (readRecord(records[0] ?? 0, records.subarray(RECORD_HEADER, end))) return false;
      records = records.subarray(end);
    }
    return true;
  };
  let done = false;
  return {
    feed(bytes) {
      if (!done && !learns(bytes)) {
        done = true;
        records = messages = Buffer.alloc(0);
      }
      return !done;
    },
    get certificate() {
      return certificate;
    },
    get wentOn() {
      return wentOn || notTls;
    },
    get notTls() {
      return notTls;
    },
  };
}

/** Of a Certificate message: a list of certificates, its own first. Undefined where the list is empty or cannot be read. */
function firstOf(message: Buffer): X509Certificate | undefined {
  if (message.length < 6) return undefined;
  try {
    return new X509Certificate(message.subarray(6, 6 + message.readUIntBE(3, 3)));
  } catch {
    return undefined;
  }
}
