/** The requests of one connection that wait for their replies, in order, and how each of them ends. */
import type { Outcome } from '../../core/index.ts';
import type { SessionContext } from '../session.ts';
import type { EdgeState } from './edge-state.ts';
import type { Exchange } from './exchange.ts';
import { type ExchangeEnd, writeExchange } from './journal.ts';

export interface Conversation {
  /** The exchange now waits for its reply (the broker's, or its `ownReply`). */
  waits(exchange: Exchange): void;
  /** The waiting exchange with that correlation id. */
  find(correlation: number): Exchange | undefined;
  /** It waits no more. */
  answered(exchange: Exchange): void;
  /** Takes the exchanges at the front whose reply the wire makes itself: it is their turn. */
  takeOwn(): Exchange[];
  readonly isQuiet: boolean;
  /** Where this connection reads, by `partition/topic`. */
  readonly positions: Map<string, number>;
  /** Writes the end of an exchange that waits no more. */
  end(exchange: Exchange, how: ExchangeEnd): void;
  /** Ends every waiting exchange. */
  endAll(outcome: Outcome, forwarded?: boolean): void;
}

export function createConversation(context: SessionContext, state: EdgeState): Conversation {
  let waiting: Exchange[] = [];
  const positions = new Map<string, number>();
  const end = (exchange: Exchange, how: ExchangeEnd) => writeExchange(context, state, positions, exchange, how);

  return {
    positions,
    end,
    get isQuiet() {
      return waiting.length === 0;
    },
    waits(exchange) {
      if (exchange.body.api === 'fetch') {
        for (const { topic, partition, offset } of exchange.body.positions) {
          positions.set(`${partition}/${topic}`, offset);
          // A group without a commit lags from where it first reads: silence is not the same as having read everything.
          const group = state.groupOf(exchange.head.clientId, topic);
          if (group !== undefined) context.lag?.readsFrom({ group, topic, partition }, offset, false);
        }
      }
      waiting.push(exchange);
    },
    find: (correlation) => waiting.find((exchange) => exchange.head.correlation === correlation),
    answered(exchange) {
      if (waiting[0] === exchange) waiting.shift();
      else waiting = waiting.filter((one) => one !== exchange);
    },
    takeOwn() {
      const ready: Exchange[] = [];
      while (waiting[0]?.ownReply !== undefined) ready.push(waiting.shift() as Exchange);
      return ready;
    },
    endAll(outcome, forwarded) {
      const ended = waiting;
      waiting = [];
      for (const exchange of ended) {
        if (forwarded !== undefined) exchange.forwarded = forwarded;
        end(exchange, { outcome, reply: exchange.lostReply });
      }
    },
  };
}
