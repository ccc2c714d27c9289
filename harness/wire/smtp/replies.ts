/** The server's direction: replies line by line; 354 and 334 ask for more, every other one ends its command. */
import { type Answers, createAnswers, type ReplyManners } from '../turns/replies.ts';
import type { Table } from '../turns/table.ts';
import type { Turn } from '../turns/turn.ts';
import { mailIsOver, type Talk } from './talk.ts';

const LF = 10;
const DASH = 45;
const MOST_LINE = 64 * 1024;
const EMPTY: Buffer = Buffer.alloc(0);

export function createReplies(table: Table, manners: ReplyManners, talk: Talk): (chunk: Buffer) => void {
  const { context, replies } = table;
  const answers: Answers = createAnswers(table, manners);
  let tapped = false;
  let fragment = EMPTY;
  /** So many bytes of the fragment were passed already. */
  let passed = 0;
  let begun = false;

  /** The server asks for more. True: the caller has been told so by the wire before. */
  const asksForMore = (code: number, front: Turn | undefined): boolean => {
    if (code === 334) talk.continues = true;
    if (code !== 354 || front !== talk.data) return false;
    const mail = talk.intake;
    if (mail === undefined) {
      talk.content = true;
      return false;
    }
    talk.intake = undefined;
    for (const part of mail) context.toCallee(part);
    talk.handedOn();
    return true;
  };
  const onLine = (line: Buffer, fresh: Buffer) => {
    const code = Number(line.toString('latin1', 0, 3));
    const front = table.waiting[0];
    const last = line[3] !== DASH;
    if (!begun && (code === 354 || code === 334)) {
      const told = asksForMore(code, front);
      if (!told && !tapped) replies.send(fresh);
      return;
    }
    if (!begun) answers.begin(front);
    begun = !last;
    answers.piece(front, fresh, tapped);
    if (!last || front === undefined) return;
    front.status ??= code;
    if (front.operation === 'MAIL') talk.recipients = 0;
    else if (front.operation === 'RCPT' && code < 300) talk.recipients++;
    if (front === talk.data) mailIsOver(talk);
    answers.end(front);
    talk.whenQuiet();
    if (front.operation === 'STARTTLS' && code === 220) table.makeOpaque();
  };

  return (chunk) => {
    if (table.opaque) {
      replies.send(chunk);
      return;
    }
    tapped = answers.tapped && talk.intake === undefined && fragment.length === passed;
    if (tapped) context.toCaller(chunk);
    for (let at = 0; at < chunk.length && !table.opaque; ) {
      const end = chunk.indexOf(LF, at);
      const part = chunk.subarray(at, end < 0 ? chunk.length : end + 1);
      const line = fragment.length === 0 ? part : Buffer.concat([fragment, part]);
      at += part.length;
      if (end >= 0) {
        const fresh = line.subarray(passed);
        fragment = EMPTY;
        passed = 0;
        onLine(line, fresh);
        if (table.opaque && !tapped) replies.send(chunk.subarray(at));
      } else if (line.length > MOST_LINE) {
        if (!tapped) replies.send(line.subarray(passed));
        table.makeOpaque('a line that does not end');
      } else {
        fragment = line;
        if (tapped) passed = line.length;
      }
    }
  };
}
