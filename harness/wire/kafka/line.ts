/** One proxied Kafka connection as its actions see it: what it knows, and the ways in which an exchange can go on or end. */

import type { Lane } from '../lane.ts';
import type { SessionContext } from '../session.ts';
import { type Conversation, createConversation } from './conversation.ts';
import type { EdgeState } from './edge-state.ts';
import type { Exchange } from './exchange.ts';
import { createOwnConnection, type OwnConnection } from './own-connection.ts';
import { type ReplyBody, safeReply } from './replies.ts';

export interface Line {
  readonly context: SessionContext;
  readonly state: EdgeState;
  readonly talk: Conversation;
  readonly own: OwnConnection;
  /** Nothing more is sent on this connection. */
  over: boolean;
  /** The caller has closed; requests it sent before may still go on. */
  callerGone: boolean;
  /** Sends the request on. */
  forward(exchange: Exchange, frame: Buffer): void;
  /** The request has been sent on. */
  forwarded(exchange: Exchange): void;
  /** The wire answers in the broker's place, when it is this request's turn. */
  answer(exchange: Exchange, reply: Buffer): void;
  /** Sends replies of the wire's own whose turn has come. */
  flushOwn(): void;
  /** Gives the reply to the caller, and ends the exchange. */
  deliver(exchange: Exchange, frame: Buffer, reply: ReplyBody): void;
  /** Resets the caller's connection: this exchange and all that wait end as `reset`. */
  breakOff(exchange: Exchange, reply?: ReplyBody): void;
}

export function createLine(context: SessionContext, state: EdgeState, replyLane: Lane): Line {
  const talk = createConversation(context, state);
  const line: Line = {
    context,
    state,
    talk,
    own: createOwnConnection(context),
    over: false,
    callerGone: false,
    forward(exchange, frame) {
      context.toCallee(frame);
      line.forwarded(exchange);
    },
    forwarded(exchange) {
      exchange.forwarded = true;
      if (exchange.expectsReply) talk.waits(exchange);
      else talk.end(exchange, { outcome: outcomeOf(line) });
    },
    answer(exchange, reply) {
      if (!exchange.expectsReply) return talk.end(exchange, { outcome: outcomeOf(line) });
      exchange.ownReply = reply;
      talk.waits(exchange);
      line.flushOwn();
    },
    flushOwn() {
      for (const exchange of talk.takeOwn()) {
        const frame = exchange.ownReply as Buffer;
        replyLane.push(() => line.deliver(exchange, frame, safeReply(state, frame, exchange.head)));
      }
    },
    deliver(exchange, frame, reply) {
      if (line.over) return talk.end(exchange, { outcome: 'reset', reply });
      context.toCaller(frame);
      talk.end(exchange, { outcome: outcomeOf(line), reply, responseBytes: frame.length });
    },
    breakOff(exchange, reply) {
      line.over = true;
      talk.end(exchange, { outcome: line.callerGone ? 'gave-up' : 'reset', reply });
      talk.endAll('reset');
      line.own.close();
      context.resetCaller();
    },
  };
  return line;
}

function outcomeOf(line: Line): 'gave-up' | 'answered' {
  return line.callerGone ? 'gave-up' : 'answered';
}
