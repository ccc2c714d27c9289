/** Writes what a Kafka exchange was, once it has ended: the exchange itself, and each record produced, delivered or committed in it. */
import type { ExchangeRecord, MessageRecord, Outcome } from '../../core/index.ts';
import type { SessionContext } from '../session.ts';
import type { EdgeState } from './edge-state.ts';
import type { Exchange } from './exchange.ts';
import { factsOfRecord, type RecordFacts, shared } from './record-facts.ts';
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
  const messages = messagesOf(context, state, positions, exchange, end, endAt);
  const { facts, head, body } = exchange;
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
    correlation: shared(items, (item) => item.headers?.['correlation-id']) ?? String(head.correlation),
    acks: body.api === 'produce' ? body.acks : undefined,
  };
  context.record(record);
  for (const message of messages) context.record(message);
}

function messagesOf(
  context: SessionContext,
  state: EdgeState,
  positions: ReadonlyMap<string, number>,
  exchange: Exchange,
  { reply }: ExchangeEnd,
  endAt: number,
): MessageRecord[] {
  const { body } = exchange;
  if (body.api === 'produce') return exchange.forwarded ? produced(context, exchange, reply) : [];
  if (reply === undefined) return [];
  if (body.api === 'fetch') return delivered(context, state, positions, exchange, reply, endAt);
  if (body.api === 'commit') return exchange.forwarded ? committed(context, state, exchange, reply, endAt) : [];
  if (body.api === 'offsets' && reply.api === 'offsets') {
    for (const { topic, partition, offset, error } of reply.partitions) {
      if (error === 0) state.readsFrom(context.lag, body.group, topic, partition, offset ?? -1);
    }
  }
  return [];
}

function produced(context: SessionContext, exchange: Exchange, reply: ReplyBody | undefined): MessageRecord[] {
  const answers = reply?.api === 'produce' ? reply.partitions : undefined;
  const messages: MessageRecord[] = [];
  for (const item of exchange.items as readonly RecordFacts[]) {
    const { topic, partition } = item;
    const answer = answers?.find((one) => one.partition === partition && one.topic === topic);
    if (answer !== undefined && answer.error !== 0) continue;
    const offset = answer === undefined || answer.baseOffset < 0 ? undefined : answer.baseOffset + item.offset;
    if (offset !== undefined) context.lag?.produced(topic, partition, offset + 1);
    messages.push(messageOf(context, item, { at: exchange.at, action: 'produced', offset, fault: exchange.fault }));
  }
  return messages;
}

function delivered(
  context: SessionContext,
  state: EdgeState,
  positions: ReadonlyMap<string, number>,
  exchange: Exchange,
  reply: ReplyBody,
  at: number,
): MessageRecord[] {
  if (reply.api !== 'fetch') return [];
  const messages: MessageRecord[] = [];
  const { operation } = exchange.facts;
  const changed = exchange.repeated === undefined ? exchange.fault : undefined;
  for (const { topic, partition, batches } of reply.partitions) {
    if (batches.length === 0) continue;
    const from = positions.get(`${partition}/${topic}`) ?? 0;
    const group = state.groupOf(exchange.head.clientId, topic);
    for (const batch of batches) {
      if (batch.unread !== undefined) state.unread(batch.unread);
      const fault = exchange.repeated?.get(batch);
      for (const record of batch.records) {
        if (record.offset < from) continue;
        const item = factsOfRecord(record, { operation, topic, partition, offset: record.offset, group });
        context.lag?.produced(topic, partition, record.offset + 1);
        if (group !== undefined) state.delivered(group, item);
        const seen = { at, action: 'delivered', offset: item.offset } as const;
        messages.push(messageOf(context, item, { ...seen, fault: changed }));
        if (fault !== undefined) messages.push(messageOf(context, item, { ...seen, fault }));
      }
    }
  }
  return messages;
}

function committed(
  context: SessionContext,
  state: EdgeState,
  exchange: Exchange,
  reply: ReplyBody,
  at: number,
): MessageRecord[] {
  const { body } = exchange;
  if (body.api !== 'commit' || reply.api !== 'offsets') return [];
  const messages: MessageRecord[] = [];
  for (const { topic, partition, offset } of body.offsets) {
    const answer = reply.partitions.find((one) => one.partition === partition && one.topic === topic);
    if (answer === undefined || answer.error !== 0) continue;
    const covered = state.coveredBy(body.group, topic, partition, offset);
    state.committed(context.lag, body.group, topic, partition, offset);
    messages.push({
      type: 'message',
      at,
      case: shared(covered, (record) => record.case),
      edge: context.edge.id,
      action: 'committed',
      topic,
      partition,
      offset,
      group: body.group,
      key: shared(covered, (record) => record.key),
      trace: shared(covered, (record) => record.trace),
      fault: exchange.fault,
    });
  }
  return messages;
}

/** The message record of one Kafka record. */
export function messageOf(
  context: SessionContext,
  item: RecordFacts,
  seen: Pick<MessageRecord, 'at' | 'action' | 'offset' | 'fault'>,
): MessageRecord {
  return {
    type: 'message',
    at: seen.at,
    case: item.case,
    edge: context.edge.id,
    action: seen.action,
    topic: item.topic,
    partition: item.partition,
    offset: seen.offset,
    key: item.key,
    group: item.group,
    trace: item.trace,
    headers: item.headers,
    bytes: item.bytes,
    fault: seen.fault,
  };
}
