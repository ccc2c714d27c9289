/** One connection on which commands and replies take turns: what waits for its reply, and the ways in which a turn can end. */
import type { Outcome, Protocol, WireRule } from '../../core/index.ts';
import type { SessionContext } from '../session.ts';
import { createWay, type Way } from '../way.ts';
import { openTurn, type Turn, writeTurn } from './turn.ts';

export interface Table {
  readonly context: SessionContext;
  readonly protocol: Protocol;
  readonly requests: Way;
  readonly replies: Way;
  /** Sent and not answered, oldest first. */
  readonly waiting: Turn[];
  /** Turns in `waiting` whose reply is not tapped. */
  special: number;
  /** Nothing is sent any more. */
  over: boolean;
  callerGone: boolean;
  /** Nothing reaches the caller any more, its connection stays open. */
  muted: boolean;
  /** Nothing is read any more: bytes pass. */
  opaque: boolean;
  open(operation: string, held: boolean): Turn;
  waits(turn: Turn): void;
  /** It is known whether the callee gets it. */
  decided(turn: Turn): void;
  hit(turn: Turn, rule: WireRule, detail?: string): void;
  end(turn: Turn, outcome: Outcome): void;
  endAll(outcome: Outcome): void;
  /** Resets the caller's connection; all that is open ends as `reset`. */
  breakOff(turn: Turn): void;
  /** `why`: what could not be read; without it the protocol itself says that what follows are no turns. */
  makeOpaque(why?: string): void;
}

/** `unread` counts connections that become opaque because they cannot be read. */
export function createTable(context: SessionContext, protocol: Protocol, unread: (why: string) => void): Table {
  const begun = new Set<Turn>();
  const settle = (turn: Turn) => {
    if (turn.recorded || turn.pending || turn.outcome === undefined) return;
    turn.recorded = true;
    begun.delete(turn);
    writeTurn(context, protocol, turn);
  };
  const onFailure = (thrown: unknown) => {
    process.stderr.write(`wire: ${context.edge.id}: a ${protocol} connection is reset: ${String(thrown)}\n`);
    table.over = true;
    table.endAll('reset');
    context.resetCaller();
  };
  const table: Table = {
    context,
    protocol,
    requests: createWay('caller', context, onFailure, (bytes) => context.toCallee(bytes)),
    replies: createWay('callee', context, onFailure, (bytes) => {
      if (!table.muted && !table.over) context.toCaller(bytes);
    }),
    waiting: [],
    special: 0,
    over: false,
    callerGone: false,
    muted: false,
    opaque: false,
    open(operation, held) {
      const turn = openTurn(context, operation, held);
      begun.add(turn);
      return turn;
    },
    waits(turn) {
      table.waiting.push(turn);
      if (turn.reply !== 'tap') table.special++;
    },
    decided(turn) {
      turn.pending = false;
      settle(turn);
    },
    hit(turn, rule, detail) {
      turn.acted = true;
      context.rules.hit(rule, { case: turn.case, detail: detail ?? turn.operation });
    },
    end(turn, outcome) {
      if (turn.outcome === undefined) {
        turn.outcome = outcome;
        turn.endAt = context.now();
        if (outcome === 'refused') turn.forwarded = false;
      }
      settle(turn);
    },
    endAll(outcome) {
      for (const turn of begun) {
        if (outcome !== 'gave-up') turn.pending = false;
        table.end(turn, outcome);
      }
    },
    breakOff(turn) {
      table.over = true;
      turn.pending = false;
      table.end(turn, table.callerGone ? 'gave-up' : 'reset');
      table.endAll('reset');
      context.resetCaller();
    },
    makeOpaque(why) {
      table.opaque = true;
      table.endAll('open');
      if (why !== undefined) unread(why);
    },
  };
  return table;
}

/** Runs at once when nothing waits on the way, else after what does. */
export function inOrder(way: Way, step: () => void): void {
  if (way.busy) way.push(step);
  else step();
}
