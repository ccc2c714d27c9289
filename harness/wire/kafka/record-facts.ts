/** What is known of one Kafka record beyond its bytes: key and headers as text, and the case its `traceparent` header names. */
import { caseOfTrace, traceOf } from '../../core/index.ts';
import type { ExchangeFacts } from '../session.ts';
import type { KafkaRecord } from './record-batch.ts';

export interface RecordFacts extends ExchangeFacts {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly trace?: string;
  /** Bounded, secrets left out: as it is recorded. */
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: number;
  readonly record: KafkaRecord;
}

/** Bounds of what is kept of a record. */
const MOST_HEADERS = 32;
const MOST_TEXT = 512;
const SECRET = /auth|cookie|password|secret|token|card/i;

interface RecordPlace {
  readonly operation: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly group?: string;
}

export function factsOfRecord(record: KafkaRecord, place: RecordPlace): RecordFacts {
  const headers: Record<string, string> = {};
  let kept = 0;
  for (const { name, value } of record.headers) {
    if (value === null || ++kept > MOST_HEADERS) continue;
    headers[name] = SECRET.test(name) ? '[redacted]' : bounded(value);
  }
  const trace = traceOf(headers.traceparent);
  return {
    operation: place.operation,
    topic: place.topic,
    partition: place.partition,
    offset: place.offset,
    group: place.group,
    key: record.key === null ? undefined : bounded(record.key),
    trace,
    case: trace === undefined ? undefined : caseOfTrace(trace),
    headers,
    bytes: record.bytes,
    record,
    header: (name) => headerText(record, name),
  };
}

/** Facts without a record: of a commit whose records are not known, of a topic in a Fetch request. */
export function factsOfTopic(operation: string, topic: string, group: string | undefined): ExchangeFacts {
  return { operation, topic, group, header: () => undefined };
}

/** The value that all of `items` share; undefined when there is none, or more than one. */
export function shared<T, V>(items: readonly T[], pick: (item: T) => V | undefined): V | undefined {
  const first = items[0];
  if (first === undefined) return undefined;
  const value = pick(first);
  for (let index = 1; index < items.length; index++) if (pick(items[index] as T) !== value) return undefined;
  return value;
}

function bounded(bytes: Buffer): string {
  return bytes.toString('utf8', 0, Math.min(bytes.length, MOST_TEXT));
}

function headerText(record: KafkaRecord, wanted: string): string | undefined {
  for (const { name, value } of record.headers) if (name === wanted && value !== null) return value.toString('utf8');
  return undefined;
}
