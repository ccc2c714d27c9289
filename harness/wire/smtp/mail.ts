/** Finds the end of a mail in the bytes of a client (a line with nothing but a dot, RFC 5321), and reads its head (RFC 5322). */

const END = Buffer.from('\r\n.\r\n');
const HEAD_END = Buffer.from('\r\n\r\n');
const MOST_HEAD = 16 * 1024;
const MOST_VALUE = 200;
const EMPTY: Buffer = Buffer.alloc(0);

export interface MailReader {
  /** Where the mail ends in `chunk`, looked at from `at` on; -1 when it goes on. */
  endIn(chunk: Buffer, at: number): number;
  /** Its head as far as it was seen. */
  head(): MailHead;
}

export interface MailHead {
  value(name: string): string | undefined;
  /** Every value, bounded. */
  values(): string[];
}

export function createMailReader(): MailReader {
  // A mail may be nothing but its last line.
  let tail: Buffer = Buffer.from('\r\n');
  let head = EMPTY;
  let headDone = false;

  return {
    endIn(chunk, at) {
      const fresh = at === 0 ? chunk : chunk.subarray(at);
      if (!headDone) {
        head = Buffer.concat([head, fresh.subarray(0, MOST_HEAD - head.length)]);
        headDone = head.length >= MOST_HEAD || head.includes(HEAD_END);
      }
      const border = Buffer.concat([tail, fresh.subarray(0, END.length - 1)]);
      const across = border.indexOf(END);
      const within = across >= 0 ? -1 : fresh.indexOf(END);
      const before = tail.length;
      tail = Buffer.concat([tail, fresh.subarray(-(END.length - 1))]).subarray(-(END.length - 1));
      if (across >= 0) return at + across + END.length - before;
      return within < 0 ? -1 : at + within + END.length;
    },
    head: () => readHead(head),
  };
}

function readHead(bytes: Buffer): MailHead {
  const end = bytes.indexOf(HEAD_END);
  const text = bytes.toString('utf8', 0, end < 0 ? bytes.length : end);
  const lines = text.replace(/\r\n[ \t]+/g, ' ').split('\r\n');
  const fields = lines.flatMap((line): [string, string][] => {
    const colon = line.indexOf(':');
    return colon > 0
      ? [
          [
            line.slice(0, colon).trim().toLowerCase(),
            line
              .slice(colon + 1)
              .trim()
              .slice(0, MOST_VALUE),
          ],
        ]
      : [];
  });
  return {
    value: (name) => fields.find(([known]) => known === name.toLowerCase())?.[1],
    values: () => fields.map(([, value]) => value),
  };
}
