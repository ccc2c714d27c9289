/** The client's direction: commands line by line, and mails, which are taken in whole while a rule may want to act on them. */
import { createCommands, type Manners } from '../turns/requests.ts';
import type { Table } from '../turns/table.ts';
import type { Turn } from '../turns/turn.ts';
import { createMailReader, type MailReader } from './mail.ts';
import type { Talk } from './talk.ts';

const LF = 10;
const MOST_LINE = 64 * 1024;
/** A mail that is larger is handed on unseen by rules. */
const MOST_INTAKE = 16 * 1024 * 1024;
const GO_AHEAD = Buffer.from('354 Start mail input; end with <CRLF>.<CRLF>\r\n');
const EMPTY: Buffer = Buffer.alloc(0);

export function createRequests(table: Table, manners: Manners, talk: Talk): (chunk: Buffer) => void {
  const { context, requests, replies } = table;
  const commands = createCommands(table, manners);
  let tapped = false;
  let fragment = EMPTY;
  let turn: Turn | undefined;
  let mail: MailReader = createMailReader();
  let intakeBytes = 0;

  const pass = (bytes: Buffer, of: Turn | undefined) => {
    if (of !== undefined) of.requestBytes += bytes.length;
    if (tapped) return;
    if (of === undefined) requests.send(bytes);
    else commands.piece(of, bytes);
  };
  const opaque = (why: string | undefined, rest: Buffer) => {
    for (const part of turn?.held ? turn.kept.splice(0) : []) requests.send(part);
    if (!tapped) requests.send(rest);
    turn = undefined;
    table.makeOpaque(why);
  };
  const dataBegins = (one: Turn) => {
    talk.data = one;
    talk.content = false;
    mail = createMailReader();
    if (one.held) requests.push(() => talk.whenQuiet());
  };
  /** The wire says 354 in the server's place once every command before has its reply, and somebody is to get the mail. */
  talk.whenQuiet = () => {
    const one = talk.data;
    if (one?.held !== true || talk.intake !== undefined || table.waiting.length > 0) return;
    if (talk.recipients === 0) {
      letGo(one);
      commands.end(one);
      return;
    }
    talk.intake = [];
    talk.content = true;
    intakeBytes = 0;
    replies.send(GO_AHEAD);
  };
  /** It goes on, and nothing acts on it. */
  const letGo = (one: Turn) => {
    one.held = false;
    requests.push(() => {
      table.waits(one);
      for (const bytes of one.kept.splice(0)) context.toCallee(bytes);
    });
  };
  const onLine = (one: Turn, text: string) => {
    one.operation = /^[A-Za-z]{1,20}/.exec(text)?.[0].toUpperCase() ?? 'EMPTY';
    if (one.operation === 'DATA') dataBegins(one);
    else commands.end(one);
  };

  const command = (chunk: Buffer, at: number): number => {
    const continues = talk.continues && turn === undefined;
    if (!continues) turn ??= commands.begin('EMPTY', !tapped);
    const end = chunk.indexOf(LF, at);
    const part = chunk.subarray(at, end < 0 ? chunk.length : end + 1);
    if (fragment.length + part.length > MOST_LINE) {
      opaque('a line that does not end', chunk.subarray(at));
      return chunk.length;
    }
    const line = fragment.length === 0 ? part : Buffer.concat([fragment, part]);
    pass(part, turn);
    fragment = end < 0 ? line : EMPTY;
    if (end < 0) return chunk.length;
    const one = turn;
    turn = undefined;
    talk.continues = false;
    if (one !== undefined) onLine(one, line.toString('latin1', 0, 1_000));
    if (one?.operation === 'BDAT') opaque('BDAT', chunk.subarray(end + 1));
    return table.opaque ? chunk.length : end + 1;
  };
  const content = (chunk: Buffer, at: number): number => {
    const one = talk.data;
    const end = mail.endIn(chunk, at);
    const part = chunk.subarray(at, end < 0 ? chunk.length : end);
    if (one !== undefined) one.requestBytes += part.length;
    if (talk.intake !== undefined) takeIn(talk.intake, part);
    else if (!tapped) requests.send(part);
    if (end < 0) return chunk.length;
    talk.content = false;
    if (one !== undefined) mailEnds(one);
    return end;
  };
  const takeIn = (intake: Buffer[], part: Buffer) => {
    intake.push(part);
    intakeBytes += part.length;
    if (intakeBytes > MOST_INTAKE && talk.data?.held === true) letGo(talk.data);
  };
  const mailEnds = (one: Turn) => {
    const head = mail.head();
    one.header = head.value;
    one.key ??= head.value('message-id');
    context.links?.find(one, head.values());
    const taken = talk.intake !== undefined;
    commands.end(one);
    // What comes behind must not reach the server as a part of the mail.
    if (taken) requests.push(() => (talk.intake === undefined ? undefined : untilHandedOn(talk)));
  };

  return (chunk) => {
    if (table.opaque) {
      requests.send(chunk);
      return;
    }
    const keeps = turn?.held === true || talk.data?.held === true || talk.intake !== undefined;
    tapped = !context.rules.armed && !requests.busy && !keeps;
    if (tapped) context.toCallee(chunk);
    for (let at = 0; at < chunk.length; ) at = talk.content ? content(chunk, at) : command(chunk, at);
  };
}

function untilHandedOn(talk: Talk): Promise<void> {
  return new Promise((resolve) => {
    talk.handedOn = resolve;
  });
}
