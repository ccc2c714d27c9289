/** What becomes of a command: it goes on at once, or it is kept back, matched, and delayed, refused or allowed. */
import { LIMITS, type WireRule } from '../../core/index.ts';
import { actsAfter } from '../rule-check.ts';
import { inOrder, type Table } from './table.ts';
import type { Turn } from './turn.ts';

/** What a protocol adds. */
export interface Manners {
  /** Whether the rule can act on this command (before it is passed on). Absent: every rule can. */
  canAct?(turn: Turn, rule: WireRule): boolean;
  /** An action of the protocol's own takes place; answers the bytes that the callee gets, undefined: the wire answers itself (`turn.own`). */
  act?(turn: Turn, rule: WireRule): readonly Buffer[] | undefined;
  /** No rule acts on the command: what is to be done with its reply. */
  unmatched?(turn: Turn): void;
}

export interface Commands {
  /** A command begins; it is kept back when `held`. */
  begin(operation: string, held: boolean): Turn;
  piece(turn: Turn, bytes: Buffer): void;
  /** It is complete, and what it is about is known. */
  end(turn: Turn): void;
}

export function createCommands(table: Table, manners: Manners): Commands {
  const { requests } = table;
  return {
    begin(operation, held) {
      const turn = table.open(operation, held);
      if (!held) inOrder(requests, () => table.waits(turn));
      return turn;
    },
    piece(turn, bytes) {
      if (!turn.held) {
        requests.send(bytes);
        return;
      }
      turn.kept.push(bytes);
      turn.keptBytes += bytes.length;
      if (turn.keptBytes <= LIMITS.wireStashBytes) return;
      // Too much to be kept: it goes on, and nothing acts on it.
      turn.held = false;
      requests.push(() => {
        table.waits(turn);
        for (const part of turn.kept.splice(0)) table.context.toCallee(part);
      });
    },
    end(turn) {
      if (turn.held) {
        turn.held = false;
        requests.push(() => actOn(table, manners, turn));
      }
      inOrder(requests, () => {
        turn.forwarded = turn.own === undefined && table.waiting.includes(turn);
        table.decided(turn);
      });
    },
  };
}

function actOn(table: Table, manners: Manners, turn: Turn): void | Promise<void> {
  const { rules } = table.context;
  if (table.over) return table.endAll('reset');
  const can = (rule: WireRule) => manners.canAct?.(turn, rule) ?? true;
  const rule = rules.armed ? rules.claim(turn, can) : undefined;
  if (rule === undefined) {
    if (rules.armed) manners.unmatched?.(turn);
    return forward(table, turn);
  }
  turn.rule = rule;
  const kind = rule.action.do;
  if (actsAfter(rule.action)) {
    turn.reply = kind === 'lost-reply' || kind === 'reset' ? 'drop' : kind === 'redis-nil' ? 'keep' : 'pass';
    return forward(table, turn);
  }
  table.hit(turn, rule);
  if (kind === 'reset') return table.breakOff(turn);
  if (kind === 'delay' || kind === 'hold') {
    return keptBack(table, turn, rule).then((how) => {
      if (table.over) table.endAll('reset');
      else if (how === 'drop') table.breakOff(turn);
      else forward(table, turn);
    });
  }
  turn.reply = 'keep';
  const bytes = manners.act?.(turn, rule);
  forward(table, turn, bytes ?? []);
  giveOwn(table);
}

/** Resolves when a turn that is delayed or held may go on. */
export async function keptBack({ context }: Table, turn: Turn, rule: WireRule): Promise<'forward' | 'drop'> {
  if (rule.action.do === 'hold') return (await context.hold(rule, turn)).how;
  if (rule.action.do === 'delay') await context.wait?.(rule, rule.action.delayMs);
  return 'forward';
}

function forward(table: Table, turn: Turn, bytes: readonly Buffer[] = turn.kept): void {
  table.waits(turn);
  for (const part of bytes) table.context.toCallee(part);
  turn.kept = [];
}

/** Gives the wire's own replies whose turn has come. */
export function giveOwn(table: Table): void {
  for (let first = table.waiting[0]; first?.own !== undefined; first = table.waiting[0]) {
    const turn = first;
    table.waiting.shift();
    table.special--;
    table.replies.push(() => {
      turn.responseBytes = turn.own?.length ?? 0;
      if (turn.own !== undefined && !table.muted && !table.over) table.context.toCaller(turn.own);
      table.end(turn, table.callerGone ? 'gave-up' : 'answered');
    });
  }
}
