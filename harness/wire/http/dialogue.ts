/**
 * What both directions of an HTTP connection share: the exchanges in their order, how they end, and the wire's own
 * answers.
 */
import type { Outcome, WireRule } from '../../core/index.ts';
import type { SessionContext } from '../session.ts';
import { type Exchange, recordOf } from './exchange.ts';

/** The context an HTTP session needs: the optional members are there. */
export type HttpContext = SessionContext & Required<Pick<SessionContext, 'wait' | 'throttle'>>;

export interface Dialogue {
  readonly context: HttpContext;
  /** Exchanges that wait for their reply, oldest first. */
  readonly queue: Exchange[];
  /** Nothing is to be done any more: the connection was cut by the wire. */
  readonly over: boolean;
  /** How the callee went, once it has and it was dealt with. */
  readonly gone: Gone | undefined;
  /** The callee is gone, the first request is still waited for: nothing can act on it. */
  doomed: boolean;
  /** Bytes may not pass before they are parsed. */
  gated(): boolean;
  makeOpaque(): void;
  /** Nothing reaches the caller any more, its connection stays. */
  mute(): void;
  readonly muted: boolean;
  toCallee(bytes: Buffer): void;
  toCaller(bytes: Buffer): void;
  begin(exchange: Exchange): void;
  /** The rule will act on this exchange. */
  plan(exchange: Exchange, rule: WireRule): void;
  /** The rule acts now. */
  act(exchange: Exchange, detail?: string): void;
  /** Its answer of the wire's own has its turn although the request is not complete. */
  answerNow(exchange: Exchange): void;
  /** The request has come completely. */
  requested(exchange: Exchange): void;
  /** The exchange is over and leaves the queue; what waited behind it may have its turn. */
  finish(exchange: Exchange, outcome: Outcome, status?: number): void;
  /** The caller gave up: every open exchange ends now, replies may still come. */
  giveUp(): void;
  /** What was kept back goes on (or never will): its record can be written. */
  resolved(exchange: Exchange): void;
  calleeGone(how: Gone): void;
  /** Every open exchange ends as `reset`, the caller's connection is reset. */
  reset(): void;
  /** The connection was cut from outside. */
  cut(): void;
}

export type Gone = 'end' | 'reset' | 'refused';

export function createDialogue(context: HttpContext): Dialogue {
  const queue: Exchange[] = [];
  let planned = 0;
  let opaque = false;
  let muted = false;
  let over = false;
  let gone: Gone | undefined;

  const settle = (exchange: Exchange, force = false) => {
    if (exchange.recorded || exchange.outcome === undefined || (exchange.pending && !force)) return;
    exchange.recorded = true;
    exchange.closeOpen();
    context.record(recordOf(exchange, context.edge.id, context.connection));
  };
  const resolve = (exchange: Exchange, outcome: Outcome, status?: number, force = false) => {
    if (exchange.outcome === undefined) {
      exchange.outcome = outcome;
      exchange.endAt = context.now();
      exchange.status = status;
    }
    settle(exchange, force);
  };
  const concludeAll = (outcome: Outcome) => {
    for (const exchange of queue.splice(0)) resolve(exchange, outcome, undefined, true);
  };
  const toCaller = (bytes: Buffer) => {
    if (!muted && !over) context.toCaller(bytes);
  };
  /** A rule keeps both directions gated until its exchange is over and the whole request has come. */
  const unplan = (exchange: Exchange) => {
    if (exchange.rule !== undefined && exchange.requestDone && !queue.includes(exchange)) planned--;
  };
  const flushAnswers = () => {
    for (let front = queue[0]; front?.answer !== undefined && front.answerReady; front = queue[0]) {
      queue.shift();
      toCaller(front.answer.bytes);
      front.responseBytes += front.answer.bytes.length;
      resolve(front, 'answered', front.answer.status);
      unplan(front);
      if (!front.answer.close) continue;
      concludeAll('reset');
      context.endCaller();
      context.endCallee();
      return;
    }
    if (gone !== undefined) afterGone(gone);
  };
  const afterGone = (how: Gone) => {
    if (over || muted) return;
    // An answer of the wire's own that has its turn first is still given; a callee's reply will never come.
    if (how === 'end' && queue[0]?.answer !== undefined) return;
    concludeAll(how === 'refused' ? 'refused' : 'reset');
    if (how === 'end') context.endCaller();
    else {
      over = true;
      context.resetCaller();
    }
  };

  return {
    context,
    queue,
    get over() {
      return over;
    },
    get gone() {
      return gone;
    },
    get muted() {
      return muted;
    },
    doomed: false,
    gated: () => !opaque && (context.rules.armed || planned > 0 || muted || gone !== undefined),
    makeOpaque() {
      opaque = true;
      concludeAll('open');
    },
    mute() {
      muted = true;
    },
    toCallee(bytes) {
      if (!over && gone !== 'refused') context.toCallee(bytes);
    },
    toCaller,
    begin(exchange) {
      queue.push(exchange);
      exchange.closeOpen = context.opened(exchange);
    },
    plan(exchange, rule) {
      exchange.rule = rule;
      planned++;
    },
    act(exchange, detail) {
      if (exchange.rule === undefined) return;
      exchange.acted = true;
      context.rules.hit(exchange.rule, { case: exchange.case, detail: detail ?? exchange.operation });
    },
    answerNow(exchange) {
      exchange.answerReady = true;
      flushAnswers();
    },
    requested(exchange) {
      exchange.requestDone = true;
      unplan(exchange);
      if (exchange.answer === undefined) return;
      exchange.answerReady = true;
      flushAnswers();
    },
    finish(exchange, outcome, status) {
      const index = queue.indexOf(exchange);
      if (index >= 0) queue.splice(index, 1);
      resolve(exchange, outcome, status);
      unplan(exchange);
      flushAnswers();
    },
    giveUp() {
      for (const exchange of queue) resolve(exchange, 'gave-up');
    },
    resolved(exchange) {
      exchange.pending = false;
      settle(exchange);
    },
    calleeGone(how) {
      gone = how;
      afterGone(how);
    },
    reset() {
      over = true;
      concludeAll('reset');
      context.resetCaller();
    },
    cut() {
      over = true;
      concludeAll('reset');
    },
  };
}
