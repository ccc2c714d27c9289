/** What becomes of a reply: passed, delayed, swallowed, or replaced once it is complete. */
import { LIMITS, type WireRule } from '../../core/index.ts';
import { giveOwn, keptBack } from './requests.ts';
import { inOrder, type Table } from './table.ts';
import type { Turn } from './turn.ts';

export interface ReplyManners {
  /** A reply that was kept is complete: what the caller gets in its place; undefined: the reply as it is. */
  replace?(turn: Turn, reply: Buffer): Buffer | undefined;
}

export interface Answers {
  /** True while bytes may pass before they are read. */
  readonly tapped: boolean;
  /** The first byte of the reply to `turn` is there (undefined: of something that answers no command). */
  begin(turn: Turn | undefined): void;
  piece(turn: Turn | undefined, bytes: Buffer, tapped: boolean): void;
  /** The reply is complete. */
  end(turn: Turn): void;
}

export function createAnswers(table: Table, manners: ReplyManners): Answers {
  const { replies } = table;
  return {
    get tapped() {
      return table.special === 0 && !replies.busy && !table.muted;
    },
    begin(turn) {
      const rule = turn?.rule;
      if (turn === undefined || rule === undefined || turn.waited || turn.reply !== 'pass') return;
      turn.waited = true;
      table.hit(turn, rule);
      replies.push(() =>
        keptBack(table, turn, rule).then((how) => {
          if (how === 'drop' && !table.over) table.breakOff(turn);
        }),
      );
    },
    piece(turn, bytes, tapped) {
      if (turn !== undefined && turn.reply !== 'drop') turn.responseBytes += bytes.length;
      if (tapped || turn?.reply === 'drop' || table.muted) return;
      if (turn?.reply === 'keep') keep(table, turn, bytes);
      else replies.send(bytes);
    },
    end(turn) {
      table.waiting.shift();
      if (turn.reply !== 'tap') table.special--;
      const { rule } = turn;
      if (turn.reply === 'drop' && rule !== undefined) {
        lose(table, turn, rule);
      } else {
        if (turn.reply === 'keep') giveKept(table, turn, manners);
        inOrder(replies, () => table.end(turn, table.callerGone ? 'gave-up' : 'answered'));
      }
      giveOwn(table);
    },
  };
}

/** A reply that is too long to be kept is let go as it is. */
function keep(table: Table, turn: Turn, bytes: Buffer): void {
  turn.keptReply.push(bytes);
  turn.keptReplyBytes += bytes.length;
  if (turn.keptReplyBytes <= LIMITS.wireStashBytes) return;
  turn.reply = 'pass';
  turn.waited = true;
  for (const part of turn.keptReply.splice(0)) table.replies.send(part);
}

function giveKept(table: Table, turn: Turn, manners: ReplyManners): void {
  const reply = Buffer.concat(turn.keptReply.splice(0));
  const given = manners.replace?.(turn, reply) ?? reply;
  turn.responseBytes = given.length;
  table.replies.send(given);
}

/** The work is done and nobody hears of it. Who gave up meanwhile lost no reply. */
function lose(table: Table, turn: Turn, rule: WireRule): void {
  turn.responseBytes = 0;
  if (table.callerGone) {
    table.end(turn, 'gave-up');
    return;
  }
  table.hit(turn, rule, `${turn.operation}: the reply was lost`);
  if ('silent' in rule.action && rule.action.silent) table.muted = true;
  else table.replies.push(() => table.breakOff(turn));
}
