/** What the wire can do to SMTP commands alone: refuse them, a whole mail too. */
import type { ReplyManners } from '../turns/replies.ts';
import type { Manners } from '../turns/requests.ts';
import type { Table } from '../turns/table.ts';
import { openTurn, type Turn } from '../turns/turn.ts';
import { mailIsOver, type Talk } from './talk.ts';

export function smtpManners(table: Table, talk: Talk): Manners & ReplyManners {
  const replies = new WeakMap<Turn, Buffer>();
  return {
    act(turn, { action }) {
      if (action.do !== 'smtp-reply') return turn.kept;
      const reply = Buffer.from(`${action.status} ${action.text.replace(/[\r\n]+/g, ' ')}\r\n`);
      turn.status = action.status;
      if (turn.operation === 'CONNECT') {
        replies.set(turn, reply);
        return [];
      }
      turn.own = reply;
      // The server has heard of sender and recipients and waits for a mail that will not come.
      if (talk.data === turn && talk.intake !== undefined) askQuietly(table, 'RSET');
      if (talk.data === turn) mailIsOver(talk);
      return undefined;
    },
    replace: (turn) => replies.get(turn),
  };
}

/** The server speaks first: its greeting is the reply to the connection, and whatever a rule does is done to the greeting. */
export function greeted(table: Table, manners: Manners): void {
  const { rules } = table.context;
  const turn = table.open('CONNECT', false);
  turn.forwarded = true;
  const rule = rules.armed ? rules.claim(turn) : undefined;
  turn.rule = rule;
  if (rule?.action.do === 'smtp-reply') {
    table.hit(turn, rule);
    turn.reply = 'keep';
    manners.act?.(turn, rule);
  } else if (rule !== undefined) {
    turn.reply = rule.action.do === 'delay' || rule.action.do === 'hold' ? 'pass' : 'drop';
  }
  table.waits(turn);
}

/** A command of the wire's own; nobody hears its reply. */
function askQuietly(table: Table, command: string): void {
  const turn = openTurn(table.context, command, false);
  turn.close();
  turn.recorded = true;
  turn.reply = 'drop';
  table.waits(turn);
  table.context.toCallee(Buffer.from(`${command}\r\n`));
}
