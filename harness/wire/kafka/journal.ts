/** Writes what a Kafka exchange was, once it has ended: the exchange itself, and each record produced, delivered or committed in it. */
import type { ExchangeRecord, Outcome } from '../../core/index.ts';
import type { SessionContext } from '../session.ts';
import type { EdgeState } from './edge-state.ts';
import type { Exchange } from './exchange.ts';
import { messagesOf } from './message-records.ts';
import { type RecordFacts, shared } from './record-facts.ts';
import type { ReplyBody } from './replies.ts';

export interface ExchangeEnd {
  readonly outcome: Outcome;
  /** What the broker (or the wire in its place) answered, even where the caller never got it. */
  readonly reply?: ReplyBody;
  readonly responseBytes?: number;
}

/** Writes the records of an ended exchange and feeds the lag tracker and the edge's state. `positions`: where this connection reads, by place. */
export function writeExchange(
  context: SessionContext,
  state: EdgeState,
  positions: ReadonlyMap<string, number>,
  exchange: Exchange,
  end: ExchangeEnd,
): void {
  exchange.close();
  const endAt = context.now();
  const messages = messagesOf(context, state, positions, exchange, end.reply, endAt);
  const { facts, body } = exchange;
  const items: readonly Partial<Pick<RecordFacts, 'key' | 'trace' | 'headers'>>[] =
    body.api === 'fetch' ? messages : exchange.items;
  const record: ExchangeRecord = {
    type: 'exchange',
    at: exchange.at,
    case: body.api === 'fetch' ? shared(messages, (message) => message.case) : facts.case,
    edge: context.edge.id,
    protocol: 'kafka',
    operation: facts.operation,
    trace: shared(items, (item) => item.trace),
    endAt,
    outcome: end.outcome,
    status: end.reply?.error || undefined,
    key: shared(items, (item) => item.key),
    requestBytes: exchange.requestBytes,
    responseBytes: end.responseBytes ?? 0,
    forwarded: exchange.forwarded,
    fault: exchange.fault,
    connection: context.connection,
    correlation: shared(items, (item) => item.headers?.['correlation-id']),
    acks: body.api === 'produce' ? body.acks : undefined,
  };
  context.record(record);
  for (const message of messages) context.record(message);
}
