/** Doubles record batches inside a Fetch reply: the same offsets reach one group twice. */
import type { WireRule } from '../../core/index.ts';
import type { RuleBook } from '../session.ts';
import { ByteWriter } from './byte-writer.ts';
import type { Exchange } from './exchange.ts';
import type { RecordBatch } from './record-batch.ts';
import { factsOfRecord } from './record-facts.ts';
import type { ReplyBody } from './replies.ts';
import { type Splice, spliced } from './rewrite.ts';

/** The frame with every batch doubled that holds a record some `kafka-repeat` rule claims; the same frame when there is none. */
export function repeatBatches(
  rules: RuleBook,
  exchange: Exchange,
  frame: Buffer,
  reply: ReplyBody & { readonly api: 'fetch' },
  reader: { groupOf(topic: string): string | undefined; readsFrom(topic: string, partition: number): number },
): Buffer {
  const splices: Splice[] = [];
  const { operation } = exchange.facts;
  for (const { topic, partition, batches, recordsAt, recordsEnd } of reply.partitions) {
    const group = batches.length === 0 ? undefined : reader.groupOf(topic);
    const from = reader.readsFrom(topic, partition);
    const doubled = batches.filter((batch) => {
      for (const record of batch.records) {
        if (record.offset < from) continue;
        const item = factsOfRecord(record, { operation, topic, partition, offset: record.offset, group });
        const rule = rules.claim(item, isRepeat);
        if (rule === undefined) continue;
        rules.hit(rule, { case: item.case, detail: `${topic}/${partition} offset ${record.offset} delivered twice` });
        exchange.repeated ??= new Map();
        exchange.repeated.set(batch, rule.id);
        exchange.fault ??= rule.id;
      }
      return exchange.repeated?.has(batch) ?? false;
    });
    if (doubled.length > 0) splices.push(...doubling(frame, recordsAt, recordsEnd, doubled));
  }
  return splices.length === 0 ? frame : spliced(frame, splices);
}

function doubling(frame: Buffer, at: number, end: number, doubled: readonly RecordBatch[]): Splice[] {
  const more = doubled.reduce((sum, batch) => sum + batch.end - batch.start, 0);
  const length = new ByteWriter().int32(end - at + more).done();
  return [
    { from: at - 4, to: at, bytes: length },
    ...doubled.map((batch) => ({
      from: at + batch.end,
      to: at + batch.end,
      bytes: frame.subarray(at + batch.start, at + batch.end),
    })),
  ];
}

function isRepeat(rule: WireRule): boolean {
  return rule.action.do === 'kafka-repeat';
}
