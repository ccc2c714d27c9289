/** One proxied Postgres connection as both directions see it: what waits for a reply, and the ways in which an exchange can end. */
import type { Outcome, WireRule } from '../../core/index.ts';
import type { SessionContext } from '../session.ts';
import { createWay, type Way } from '../way.ts';
import type { EdgeState } from './edge-state.ts';
import { type Unit, writeUnit } from './unit.ts';

export interface Line {
  readonly context: SessionContext;
  readonly state: EdgeState;
  readonly requests: Way;
  readonly replies: Way;
  /** Sent and not answered, oldest first. */
  readonly waiting: Unit[];
  /** Transaction status of the last ReadyForQuery: idle, in a transaction, in a failed one. */
  status: 'I' | 'T' | 'E';
  /** Case of the statements of the transaction that is open. */
  transactionCase: string | undefined;
  /** Units in `waiting` whose reply is not tapped. */
  special: number;
  /** Nothing is sent any more. */
  over: boolean;
  callerGone: boolean;
  /** Nothing reaches the caller any more, its connection stays open. */
  muted: boolean;
  /** Nothing is read any more: bytes pass. */
  opaque: boolean;
  /** The exchange has begun. */
  began(unit: Unit): void;
  /** The server gets it. */
  waits(unit: Unit): void;
  /** It is known whether the server gets it. */
  decided(unit: Unit): void;
  /** The rule acts now. */
  hit(unit: Unit, rule: WireRule, detail?: string): void;
  end(unit: Unit, outcome: Outcome): void;
  endAll(outcome: Outcome): void;
  /** Resets the caller's connection; all that is open ends as `reset`. */
  breakOff(unit: Unit): void;
  makeOpaque(why?: string): void;
}

export function createLine(context: SessionContext, state: EdgeState): Line {
  const onFailure = (thrown: unknown) => {
    process.stderr.write(`wire: ${context.edge.id}: a Postgres connection is reset: ${String(thrown)}\n`);
    line.over = true;
    line.endAll('reset');
    context.resetCaller();
  };
  /** Begun and not on record. */
  const open = new Set<Unit>();
  const settle = (unit: Unit) => {
    if (unit.recorded || unit.pending || unit.outcome === undefined) return;
    unit.recorded = true;
    open.delete(unit);
    writeUnit(context, unit);
  };
  const line: Line = {
    context,
    state,
    requests: createWay('caller', context, onFailure, (bytes) => context.toCallee(bytes)),
    replies: createWay('callee', context, onFailure, (bytes) => {
      if (!line.muted && !line.over) context.toCaller(bytes);
    }),
    waiting: [],
    status: 'I',
    transactionCase: undefined,
    special: 0,
    over: false,
    callerGone: false,
    muted: false,
    opaque: false,
    began(unit) {
      open.add(unit);
    },
    decided(unit) {
      unit.pending = false;
      settle(unit);
    },
    waits(unit) {
      line.waiting.push(unit);
      if (unit.special) line.special++;
    },
    hit(unit, rule, detail) {
      unit.acted = true;
      context.rules.hit(rule, { case: unit.case, detail: detail ?? unit.operation });
    },
    end(unit, outcome) {
      if (unit.outcome === undefined) {
        unit.outcome = outcome;
        unit.endAt = context.now();
        if (outcome === 'refused') unit.forwarded = false;
      }
      settle(unit);
    },
    endAll(outcome) {
      for (const unit of open) {
        if (outcome !== 'gave-up') unit.pending = false;
        line.end(unit, outcome);
      }
    },
    breakOff(unit) {
      line.over = true;
      unit.pending = false;
      line.end(unit, line.callerGone ? 'gave-up' : 'reset');
      line.endAll('reset');
      context.resetCaller();
    },
    makeOpaque(why) {
      line.opaque = true;
      line.endAll('open');
      if (why !== undefined) state.unread(why);
    },
  };
  return line;
}
