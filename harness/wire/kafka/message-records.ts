/** The records inside an exchange: produced, delivered, committed; and what follows from them for lag and attribution. */
import type { MessageRecord } from '../../core/index.ts';
import type { LagTracker } from '../lag.ts';
import type { SessionContext } from '../session.ts';
import { shapeText } from '../shape-of.ts';
import type { EdgeState } from './edge-state.ts';
import type { Exchange } from './exchange.ts';
import { factsOfRecord, type RecordFacts, shared } from './record-facts.ts';
import type { ProducedPartition, ReplyBody } from './replies.ts';
import type { RequestBody } from './requests.ts';

/** The records an ended exchange gives; the lag tracker and the edge's state are fed on the way. */
export function messagesOf(
  context: SessionContext,
  state: EdgeState,
  positions: ReadonlyMap<string, number>,
  exchange: Exchange,
  reply: ReplyBody | undefined,
  endAt: number,
): MessageRecord[] {
  const { body } = exchange;
  if (body.api === 'produce') return exchange.forwarded ? produced(context, exchange, reply) : [];
  if (reply === undefined) return [];
  if (body.api === 'fetch') return delivered(context, state, positions, exchange, reply, endAt);
  if (body.api === 'commit') return exchange.forwarded ? committed(context, state, exchange, reply, endAt) : [];
  if (context.lag !== undefined) followGroups(context.lag, body, reply);
  return [];
}

/** Where a group stands that reads nothing yet, who is in it, and whether it is still there. */
function followGroups(lag: LagTracker, body: RequestBody, reply: ReplyBody): void {
  if (body.api === 'offsets' && reply.api === 'offsets') {
    for (const { topic, partition, offset, error } of reply.partitions)
      if (error === 0) lag.readsFrom({ group: body.group, topic, partition }, offset ?? -1, true);
  } else if (reply.error !== 0) return;
  else if (body.api === 'member' && body.generation !== undefined) lag.joined(body.group, body.member, body.generation);
  else if (body.api === 'leave') for (const member of body.members) lag.left(body.group, member);
  else if (body.api === 'delete-groups') for (const group of body.groups) lag.deleted(group);
}

function produced(context: SessionContext, exchange: Exchange, reply: ReplyBody | undefined): MessageRecord[] {
  const answers = reply?.api === 'produce' ? reply.partitions : undefined;
  feedLag(context, exchange, answers ?? []);
  const messages: MessageRecord[] = [];
  for (const item of exchange.items as readonly RecordFacts[]) {
    const { topic, partition } = item;
    const answer = answers?.find((one) => one.partition === partition && one.topic === topic);
    if (answer !== undefined && answer.error !== 0) continue;
    const offset = answer === undefined || answer.baseOffset < 0 ? undefined : answer.baseOffset + item.offset;
    messages.push(messageOf(context, item, { at: exchange.at, action: 'produced', offset, fault: exchange.fault }));
  }
  return messages;
}

/** Counts by the heads of the batches, so that records in an unread compression count as well. */
function feedLag(context: SessionContext, { body }: Exchange, answers: readonly ProducedPartition[]): void {
  if (body.api !== 'produce') return;
  for (const { topic, partition, batches } of body.partitions) {
    const answer = answers.find((one) => one.partition === partition && one.topic === topic);
    if (answer === undefined || answer.error !== 0 || answer.baseOffset < 0) continue;
    const count = batches.reduce((sum, batch) => sum + (batch.nextOffset ?? 0), 0);
    context.lag?.produced(topic, partition, answer.baseOffset + count);
  }
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
      if (batch.nextOffset !== undefined) context.lag?.produced(topic, partition, batch.nextOffset);
      const fault = exchange.repeated?.get(batch);
      for (const record of batch.records) {
        if (record.offset < from) continue;
        const item = factsOfRecord(record, { operation, topic, partition, offset: record.offset, group });
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
    shape: context.shapes?.wanted && seen.action === 'produced' ? shapeText(item.record.value ?? NOTHING) : undefined,
  };
}

const NOTHING = Buffer.alloc(0);
