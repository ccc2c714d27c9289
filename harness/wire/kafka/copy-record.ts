/** Puts a copy of a record, or one that nobody can read, on its topic, by the wire's own connection: a new offset, so that every group sees it twice. */
import type { WireRule } from '../../core/index.ts';
import type { SessionContext } from '../session.ts';
import { API } from './apis.ts';
import { makeBatch } from './make-batch.ts';
import { messageOf } from './message-records.ts';
import type { OwnConnection } from './own-connection.ts';
import { produceRequest } from './own-messages.ts';
import type { KafkaRecord } from './record-batch.ts';
import type { RecordFacts } from './record-facts.ts';
import { readReply } from './replies.ts';

/** Resolves when the broker has stored the copy (then it is a hit) or would not. */
export async function copyRecord(
  context: SessionContext,
  own: OwnConnection,
  rule: WireRule,
  item: RecordFacts,
): Promise<void> {
  const { topic, partition, record } = item;
  const at = context.now();
  const batch = makeBatch([contentOf(rule, record)]);
  const reply = await own.ask((correlation) => produceRequest(correlation, topic, partition, batch));
  if (reply === undefined) return;
  const body = readReply(reply, API.produce, 7);
  const stored = body.api === 'produce' ? body.partitions[0] : undefined;
  if (stored === undefined || stored.error !== 0) return;
  const offset = stored.baseOffset;
  context.lag?.produced(topic, partition, offset + 1);
  context.rules.hit(rule, {
    case: item.case,
    detail: `${rule.action.do === 'kafka-poison' ? 'poison behind' : 'copy of'} ${topic}/${partition} at offset ${offset}`,
  });
  context.record(messageOf(context, item, { at, action: 'produced', offset, fault: rule.id }));
}

function contentOf({ action }: WireRule, record: KafkaRecord): KafkaRecord {
  if (action.do !== 'kafka-poison') return record;
  return {
    ...record,
    value: Buffer.from(action.value),
    headers: action.keepHeaders ? record.headers : tracing(record),
  };
}

/** Whose it is stays known. */
function tracing({ headers }: KafkaRecord): KafkaRecord['headers'] {
  return headers.filter(({ name }) => name === 'traceparent');
}
