/** The Postgres messages the wire reads and writes itself; layouts from the chapter "Message Formats" of Postgres' manual. */

const code = (letter: string) => letter.charCodeAt(0);

/** From the client. */
export const ASK = {
  query: code('Q'),
  parse: code('P'),
  bind: code('B'),
  describe: code('D'),
  execute: code('E'),
  close: code('C'),
  flush: code('H'),
  sync: code('S'),
  call: code('F'),
  terminate: code('X'),
} as const;

/** From the server. */
export const TELL = {
  ready: code('Z'),
  error: code('E'),
  complete: code('C'),
  copyIn: code('G'),
  copyBoth: code('W'),
} as const;

/** The first message has no type; its code says what it is. */
export const STARTUP = { ssl: 80_877_103, gssEncryption: 80_877_104, cancel: 80_877_102, major: 3 } as const;

/** Answer to a wish for encryption: no. The client goes on in plain text. */
export const NO_ENCRYPTION = Buffer.from('N');

/** The text that ends with a zero byte; what was cut off ends with the buffer. */
export function textAt(body: Buffer, at: number): { readonly text: string; readonly end: number } {
  const zero = body.indexOf(0, at);
  const end = zero < 0 ? body.length : zero;
  return { text: end === at ? '' : body.toString('utf8', at, end), end: end + 1 };
}

/** SQLSTATE of an ErrorResponse, and whether it ends the connection. */
export function readError(body: Buffer): { readonly sqlstate: string; readonly fatal: boolean } {
  let sqlstate = '';
  let severity = '';
  for (let at = 0; at < body.length && body[at] !== 0; ) {
    const field = String.fromCharCode(body[at] as number);
    const { text, end } = textAt(body, at + 1);
    if (field === 'C') sqlstate = text;
    else if (field === 'V' || (field === 'S' && severity === '')) severity = text;
    at = end;
  }
  return { sqlstate, fatal: severity === 'FATAL' || severity === 'PANIC' };
}

export interface OwnError {
  readonly sqlstate: string;
  readonly message: string;
  readonly hint?: string;
  readonly fatal?: boolean;
}

/** An ErrorResponse as the server would give it; its context says who made it. */
export function errorResponse({ sqlstate, message, hint, fatal }: OwnError): Buffer {
  const severity = fatal ? 'FATAL' : 'ERROR';
  const fields = [`S${severity}`, `V${severity}`, `C${sqlstate}`, `M${message}`];
  if (hint !== undefined) fields.push(`H${hint}`);
  fields.push('Wa fault that was injected on purpose');
  return messageOf('E', Buffer.from(`${fields.map((field) => field.replaceAll('\0', '')).join('\0')}\0\0`));
}

/** Runs a portal that does not exist: the server fails, and with it the transaction, without anything being done. */
export const FAILING_EXECUTE = messageOf('E', Buffer.from('no portal of this name\0\0\0\0\0'));
export const SYNC = messageOf('S', Buffer.alloc(0));
export const ROLLBACK_QUERY = messageOf('Q', Buffer.from('ROLLBACK\0'));

function messageOf(type: string, body: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.write(type, 'latin1');
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}
