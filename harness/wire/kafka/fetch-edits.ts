/** What a Fetch reply brings, changed for its reader alone: topics withheld, a record overtaken by the one behind it. */
import type { WireRule } from '../../core/index.ts';
import type { RuleBook } from '../session.ts';
import { matches } from '../trigger.ts';
import { ByteWriter } from './byte-writer.ts';
import type { Exchange } from './exchange.ts';
import { batchAt } from './make-batch.ts';
import type { KafkaRecord } from './record-batch.ts';
import { factsOfRecord, factsOfTopic, type RecordFacts } from './record-facts.ts';
import type { FetchedPartition, ReplyBody } from './replies.ts';
import { type Splice, spliced } from './rewrite.ts';

export interface FetchReader {
  groupOf(topic: string): string | undefined;
  readsFrom(topic: string, partition: number): number;
}

export interface EditedFetch {
  readonly frame: Buffer;
  /** Something was kept back: the reader asks again at once, so the reply had better not come at once. */
  readonly keptBack: WireRule | undefined;
}

export function editFetch(
  rules: RuleBook,
  exchange: Exchange,
  frame: Buffer,
  reply: ReplyBody & { readonly api: 'fetch' },
  reader: FetchReader,
): EditedFetch {
  const splices: Splice[] = [];
  let keptBack: WireRule | undefined;
  for (const partition of reply.partitions) {
    if (partition.batches.length === 0) continue;
    const edit = withheld(rules, partition, reader) ?? overtaken(rules, partition, reader);
    if (edit === undefined) continue;
    exchange.fault ??= edit.rule.id;
    if (edit.keepsBack) keptBack = edit.rule;
    const records = new ByteWriter().blob(edit.records).done();
    splices.push({ from: partition.recordsAt - 4, to: partition.recordsEnd, bytes: records });
  }
  return { frame: splices.length === 0 ? frame : spliced(frame, splices), keptBack };
}

interface PartitionEdit {
  readonly rule: WireRule;
  readonly records: Buffer;
  readonly keepsBack: boolean;
}

const OPERATION = 'Fetch';
const NOTHING = Buffer.alloc(0);

/** By rule: how far what it kept back reached, by group and place; only more is a hit. */
const KEPT = new WeakMap<WireRule, Map<string, number>>();

function withheld(rules: RuleBook, fetched: FetchedPartition, reader: FetchReader): PartitionEdit | undefined {
  const { topic, partition, batches } = fetched;
  const group = reader.groupOf(topic);
  const facts = factsOfTopic(OPERATION, topic, group);
  const rule = rules.list().find((one) => one.action.do === 'kafka-withhold' && matches(one.trigger, facts));
  if (rule === undefined) return undefined;
  const kept = KEPT.get(rule) ?? new Map<string, number>();
  KEPT.set(rule, kept);
  const place = `${group}/${topic}/${partition}`;
  const end = batches.reduce((last, { nextOffset = 0 }) => Math.max(last, nextOffset), 0);
  if (end > (kept.get(place) ?? 0)) {
    kept.set(place, end);
    rules.hit(rule, {
      detail: `${topic}/${partition} up to ${end} withheld from ${group ?? 'a reader without group'}`,
    });
  }
  return { rule, records: NOTHING, keepsBack: true };
}

/** By rule: the record that waits for the one behind it, by place. */
const WAITING = new WeakMap<WireRule, Map<string, number>>();

function overtaken(rules: RuleBook, fetched: FetchedPartition, reader: FetchReader): PartitionEdit | undefined {
  const { topic, partition, batches } = fetched;
  if (batches.some(({ unread, nextOffset }) => unread !== undefined || nextOffset === undefined)) return undefined;
  const group = reader.groupOf(topic);
  const from = reader.readsFrom(topic, partition);
  const records = batches.flatMap((batch) => batch.records).filter(({ offset }) => offset >= from);
  for (const [index, record] of records.entries()) {
    const item = factsOfRecord(record, { operation: OPERATION, topic, partition, offset: record.offset, group });
    const rule = waitingRule(rules, item) ?? rules.claim(item, ({ action }) => action.do === 'kafka-overtake');
    if (rule?.action.do !== 'kafka-overtake') continue;
    const waiting = WAITING.get(rule) ?? new Map<string, number>();
    WAITING.set(rule, waiting);
    const sameKey = rule.action.sameKey === true;
    const behind = records.findIndex((other, at) => at > index && (!sameKey || keyOf(other) === keyOf(record)));
    if (behind < 0) {
      waiting.set(placeOf(item), record.offset);
      return { rule, records: written(records.slice(0, index)), keepsBack: true };
    }
    waiting.delete(placeOf(item));
    rules.hit(rule, {
      case: item.case,
      detail: `${topic}/${partition}: ${records[behind]?.offset} before ${record.offset}`,
    });
    return { rule, records: written(exchanged(records, index, behind)), keepsBack: false };
  }
  return undefined;
}

function waitingRule(rules: RuleBook, item: RecordFacts): WireRule | undefined {
  return rules.list().find((rule) => WAITING.get(rule)?.get(placeOf(item)) === item.offset);
}

function placeOf({ group, topic, partition }: RecordFacts): string {
  return `${group}/${topic}/${partition}`;
}

function keyOf({ key }: KafkaRecord): string | undefined {
  return key?.toString('latin1');
}

/** Both stay at their offsets; what they hold changes places. */
function exchanged(records: readonly KafkaRecord[], one: number, other: number): KafkaRecord[] {
  return records.map((record, index) => {
    const taken = index === one ? records[other] : index === other ? records[one] : undefined;
    return taken === undefined ? record : { ...taken, offset: record.offset };
  });
}

function written(records: readonly KafkaRecord[]): Buffer {
  const [first] = records;
  return first === undefined ? NOTHING : batchAt(first.offset, records);
}
