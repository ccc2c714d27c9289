/** What the wire can do to Redis commands and their replies alone: errors, nothing found, an older reply. */
import type { WireRule } from '../../core/index.ts';
import { matches } from '../trigger.ts';
import type { ReplyManners } from '../turns/replies.ts';
import type { Manners } from '../turns/requests.ts';
import type { Table } from '../turns/table.ts';
import type { Turn } from '../turns/turn.ts';
import type { EdgeState } from './edge-state.ts';

/** What the connection is in the middle of. */
export interface Talk {
  /** Between MULTI and EXEC: replies are only `QUEUED`. */
  inMulti: boolean;
}

/** Refused by every server, and it spoils a MULTI as any refused command does. */
const UNKNOWN_COMMAND = Buffer.from('*1\r\n$23\r\nFAULTLINE.REFUSES.THIS.\r\n');

export function redisManners(table: Table, state: EdgeState, talk: Talk): Manners & ReplyManners {
  const { rules } = table.context;
  /** Turns whose reply was asked for by rules that give older ones. */
  const stale = new WeakMap<Turn, WireRule>();

  return {
    canAct(turn, { action }) {
      if (action.do === 'redis-stale') return false;
      return action.do !== 'redis-nil' || (!talk.inMulti && turn.key !== undefined);
    },
    act(turn, { action }) {
      if (action.do !== 'redis-error') return turn.kept;
      turn.error = action.message.split(' ', 1)[0];
      return [UNKNOWN_COMMAND];
    },
    unmatched(turn) {
      if (talk.inMulti || turn.key === undefined) return;
      const rule = rules.list().find(({ action, trigger }) => action.do === 'redis-stale' && matches(trigger, turn));
      if (rule === undefined) return;
      stale.set(turn, rule);
      turn.reply = 'keep';
    },
    replace(turn, reply) {
      const { rule } = turn;
      if (rule?.action.do === 'redis-error') return Buffer.from(`-${rule.action.message.replace(/[\r\n]+/g, ' ')}\r\n`);
      if (rule?.action.do === 'redis-nil') {
        const nothing = nothingLike(reply);
        if (nothing !== undefined) table.hit(turn, rule, `${turn.operation}: nothing was found`);
        return nothing;
      }
      const giver = stale.get(turn);
      return giver === undefined ? undefined : olderReply(table, state, turn, giver, reply);
    },
  };
}

/** What was said before, where that differs from what would be said now; else nothing is changed and nothing counts. */
function olderReply({ context, hit }: Table, state: EdgeState, turn: Turn, giver: WireRule, reply: Buffer) {
  if (reply[0] === 45 || !context.rules.list().includes(giver)) return undefined;
  const older = state.older(giver, turn.operation, reply);
  if (older === undefined || older.equals(reply)) return undefined;
  const rule = context.rules.claim(turn, ({ action }) => action.do === 'redis-stale');
  if (rule === undefined) return undefined;
  turn.rule = rule;
  hit(turn, rule, `${turn.operation}: an older reply was given again`);
  return older;
}

/** How the server says that there is nothing, where it would have said `reply`; errors stay what they are. */
function nothingLike(reply: Buffer): Buffer | undefined {
  switch (String.fromCharCode(reply[0] ?? 45)) {
    case '-':
    case '!':
      return undefined;
    case '*':
      return Buffer.from('*0\r\n');
    case '%':
      return Buffer.from('%0\r\n');
    case '~':
      return Buffer.from('~0\r\n');
    case ':':
      return Buffer.from(':0\r\n');
    case '_':
      return Buffer.from('_\r\n');
    default:
      return Buffer.from('$-1\r\n');
  }
}
