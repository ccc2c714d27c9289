/** The Redis session: a tap on both directions that keeps a command back only while a rule is armed on the edge. */
import type { Session, SessionContext } from '../session.ts';
import { endsOf } from '../turns/ends.ts';
import { createAnswers } from '../turns/replies.ts';
import { createCommands } from '../turns/requests.ts';
import { createTable, type Table } from '../turns/table.ts';
import type { Turn } from '../turns/turn.ts';
import { nameCommand, opensStream } from './commands.ts';
import type { EdgeState } from './edge-state.ts';
import { redisManners, type Talk } from './manners.ts';
import { createRespSplitter, ERROR, PUSH } from './resp.ts';

export function openRedisSession(context: SessionContext, state: EdgeState): Session {
  const table = createTable(context, 'redis', state.unread);
  const talk: Talk = { inMulti: false };
  const manners = redisManners(table, state, talk);
  return {
    ...endsOf(table),
    fromCaller: requestsOf(table, manners, talk),
    fromCallee: repliesOf(table, manners),
  };
}

function requestsOf(table: Table, manners: ReturnType<typeof redisManners>, talk: Talk): (chunk: Buffer) => void {
  const { context, requests } = table;
  const commands = createCommands(table, manners);
  let tapped = false;
  let turn: Turn | undefined;
  let transactionCase: string | undefined;

  /** The commands of a transaction belong to one case, EXEC too, where they name no other. */
  const follow = (one: Turn) => {
    if (one.operation === 'MULTI') transactionCase = undefined;
    else if (talk.inMulti) {
      transactionCase ??= one.case;
      one.case ??= transactionCase;
    }
  };
  const splitter = createRespSplitter(
    {
      begin() {
        turn = commands.begin('EMPTY', !tapped);
      },
      piece(bytes) {
        if (turn === undefined) return;
        turn.requestBytes += bytes.length;
        if (!tapped) commands.piece(turn, bytes);
      },
      end(_line, words) {
        if (turn === undefined) return;
        const one = turn;
        turn = undefined;
        const { operation, key } = nameCommand(words);
        one.operation = operation;
        one.key = key;
        if (key !== undefined) context.links?.find(one, [key, ...key.split(':')]);
        follow(one);
        commands.end(one);
        if (operation === 'MULTI') talk.inMulti = true;
        else if (operation === 'EXEC' || operation === 'DISCARD') talk.inMulti = false;
        if (opensStream(operation)) splitter.stop('stream');
      },
      lost(rest, why) {
        for (const part of turn?.held ? turn.kept.splice(0) : []) requests.send(part);
        if (!tapped) requests.send(rest);
        turn = undefined;
        requests.push(() => table.makeOpaque(why === 'stream' ? undefined : why));
      },
    },
    { inline: true },
  );
  return (chunk) => {
    if (table.opaque) {
      requests.send(chunk);
      return;
    }
    tapped = !context.rules.armed && !requests.busy && turn?.held !== true;
    if (tapped) context.toCallee(chunk);
    splitter.feed(chunk);
  };
}

function repliesOf(table: Table, manners: ReturnType<typeof redisManners>): (chunk: Buffer) => void {
  const { context, replies } = table;
  const answers = createAnswers(table, manners);
  let tapped = false;
  let turn: Turn | undefined;
  let isError = false;
  const splitter = createRespSplitter(
    {
      begin(kind) {
        // What is pushed answers nothing.
        turn = kind === PUSH ? undefined : table.waiting[0];
        isError = kind === ERROR;
        answers.begin(turn);
      },
      piece: (bytes) => answers.piece(turn, bytes, tapped),
      end(line) {
        if (turn === undefined) return;
        if (isError) turn.error ??= line.toString('latin1', 0, Math.min(line.length, 40)).split(' ', 1)[0];
        answers.end(turn);
      },
      lost(rest, why) {
        if (!tapped) replies.send(rest);
        table.makeOpaque(why);
      },
    },
    { inline: false },
  );
  return (chunk) => {
    if (table.opaque) {
      replies.send(chunk);
      return;
    }
    tapped = answers.tapped;
    if (tapped) context.toCaller(chunk);
    splitter.feed(chunk);
  };
}
