/** Reads what the wire needs from the head of a request or a reply; everything else stays bytes. */
import { CHUNKED, OPAQUE, UNTIL_END } from './parser.ts';

/** A head as text (latin1: one character a byte), and the same in lower case for finding names. */
export interface Head {
  readonly text: string;
  readonly lower: string;
}

export interface RequestHead {
  readonly head: Head;
  readonly method: string;
  /** `POST /charges`: the method and the path, without query. */
  readonly operation: string;
  /** How the body ends, as the parser takes it. */
  readonly body: number;
  /** The caller reuses the connection after the reply. */
  readonly keepAlive: boolean;
  /** The caller sends its body only after `100 Continue`. */
  readonly expectsContinue: boolean;
}

export interface ReplyHead {
  readonly status: number;
  readonly body: number;
  readonly keepAlive: boolean;
}

/** The value of the first header of that name, which must be in lower case. */
export function headerOf(head: Head, name: string): string | undefined {
  return valueAfter(head, `\n${name}:`);
}

/** The same head without any header of that name. */
export function withoutHeader(raw: Buffer, name: string): Buffer {
  const wanted = `${name.toLowerCase()}:`;
  const lines = raw.toString('latin1').split('\n');
  const kept = lines.filter((line, index) => index === 0 || !line.toLowerCase().startsWith(wanted));
  return Buffer.from(kept.join('\n'), 'latin1');
}

function valueAfter({ text, lower }: Head, needle: string): string | undefined {
  const at = lower.indexOf(needle);
  if (at < 0) return undefined;
  const from = at + needle.length;
  return text.slice(from, text.indexOf('\n', from)).trim();
}

/** Undefined when this is no HTTP/1.x request or its length cannot be told. */
export function readRequest(raw: Buffer): RequestHead | undefined {
  const head = headOf(raw);
  const { text } = head;
  const lineEnd = text.indexOf('\n');
  const methodEnd = text.indexOf(' ');
  const targetEnd = text.lastIndexOf(' ', lineEnd - 1);
  if (methodEnd <= 0 || targetEnd <= methodEnd || !text.startsWith('HTTP/1.', targetEnd + 1)) return undefined;
  const body = bodyOf(head, OPAQUE) ?? 0;
  if (body === OPAQUE) return undefined;
  const method = text.slice(0, methodEnd);
  return {
    head,
    method,
    operation: `${method} ${pathOf(text.slice(methodEnd + 1, targetEnd))}`,
    body,
    keepAlive: keepsAlive(head, text.charCodeAt(targetEnd + 8)),
    expectsContinue: valueAfter(head, '\nexpect:')?.toLowerCase() === '100-continue',
  };
}

/** The reply to a request with `method`. Undefined when this is no HTTP/1.x reply or its length cannot be told. */
export function readReply(raw: Buffer, method: string | undefined): ReplyHead | undefined {
  const head = headOf(raw);
  if (!head.text.startsWith('HTTP/1.')) return undefined;
  const status = Number(head.text.slice(9, 12));
  if (!(status >= 100 && status <= 999)) return undefined;
  const keepAlive = keepsAlive(head, head.text.charCodeAt(7));
  if (status === 101 || (method === 'CONNECT' && status >= 200 && status < 300))
    return { status, body: OPAQUE, keepAlive };
  if (method === 'HEAD' || status < 200 || status === 204 || status === 304) return { status, body: 0, keepAlive };
  const body = bodyOf(head, UNTIL_END) ?? UNTIL_END;
  return body === OPAQUE ? undefined : { status, body, keepAlive };
}

/**
 * RFC 9112 section 6.3: chunked wins over a length; another coding lasts as `otherwise` says; undefined without
 * either; OPAQUE: nonsense.
 */
function bodyOf(head: Head, otherwise: number): number | undefined {
  const coding = valueAfter(head, '\ntransfer-encoding:');
  if (coding !== undefined) return /(^|[\s,])chunked$/i.test(coding) ? CHUNKED : otherwise;
  const length = valueAfter(head, '\ncontent-length:');
  if (length === undefined) return undefined;
  return /^\d{1,15}$/.test(length) ? Number(length) : OPAQUE;
}

/** `minor` is the character code of the minor version's digit. */
function keepsAlive(head: Head, minor: number): boolean {
  const connection = valueAfter(head, '\nconnection:')?.toLowerCase();
  if (minor === 48) return connection?.includes('keep-alive') === true;
  return connection?.includes('close') !== true;
}

/** Path of an origin-form or absolute-form target, without query and fragment. */
function pathOf(target: string): string {
  let path = target;
  if (!path.startsWith('/')) {
    const scheme = path.indexOf('://');
    const slash = scheme < 0 ? -1 : path.indexOf('/', scheme + 3);
    if (slash >= 0) path = path.slice(slash);
  }
  const query = path.search(/[?#]/);
  return query < 0 ? path : path.slice(0, query);
}

function headOf(raw: Buffer): Head {
  let text = raw.toString('latin1');
  // Empty lines before a request line are to be ignored (RFC 9112 section 2.2).
  if (text.charCodeAt(0) <= 13) text = text.trimStart();
  return { text, lower: text.toLowerCase() };
}
