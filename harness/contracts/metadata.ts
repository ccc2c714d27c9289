/**
 * The names under which a Kafka record's topic, key and headers stand in the metadata of a message pact: strings only.
 * Without dots: Pact reads a rule's name as a path, so a matching rule for `kafka_headers.type` would silently not apply.
 */

export const TOPIC = 'kafka_topic';
export const KEY = 'kafka_key';
export const HEADER_PREFIX = 'kafka_headers_';

/** A record as it lay on the topic; `value` is the exact bytes. */
export interface TopicRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  readonly key: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly value: Buffer;
}

/** Which record is meant: the topic, and those of key and headers that are known beforehand. */
export interface RecordSelector {
  readonly topic: string;
  readonly key?: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Metadata of a message pact, from what a consumer expects (plain text is exact, or Pact's matchers). */
export function expectedMetadata(expected: {
  readonly topic: string;
  readonly key?: unknown;
  readonly headers?: Readonly<Record<string, unknown>>;
}): Record<string, unknown> {
  const headers = Object.entries(expected.headers ?? {}).map(([name, text]) => [`${HEADER_PREFIX}${name}`, text]);
  return {
    [TOPIC]: expected.topic,
    ...(expected.key === undefined ? {} : { [KEY]: expected.key }),
    ...Object.fromEntries(headers),
  };
}

/** The other way round: topic, key and headers out of the metadata of an example. */
export function recordFromMetadata(metadata: Readonly<Record<string, unknown>>): {
  topic: string;
  key: string | undefined;
  headers: Record<string, string>;
} {
  const headers = Object.entries(metadata)
    .filter(([name]) => name.startsWith(HEADER_PREFIX))
    .map(([name, text]) => [name.slice(HEADER_PREFIX.length), String(text)]);
  const key = metadata[KEY];
  return {
    topic: String(metadata[TOPIC]),
    key: key === undefined ? undefined : String(key),
    headers: Object.fromEntries(headers),
  };
}

/** Metadata of a message for the verifier, from a real record. */
export function metadataOf(record: TopicRecord): Record<string, string> {
  const headers = Object.entries(record.headers).map(([name, text]) => [`${HEADER_PREFIX}${name}`, text]);
  return { [TOPIC]: record.topic, [KEY]: record.key ?? '', ...Object.fromEntries(headers) };
}

/**
 * What the metadata of a message pact asks for by exact value: its topic, and each header that stands there without a matching rule.
 * Undefined where it names no topic.
 */
export function selectorOf(
  metadata: Readonly<Record<string, unknown>>,
  rules: Readonly<Record<string, unknown>>,
  key: string | undefined,
): RecordSelector | undefined {
  const topic = metadata[TOPIC];
  if (typeof topic !== 'string') return undefined;
  const exact = Object.entries(metadata).filter(([name]) => name.startsWith(HEADER_PREFIX) && !(name in rules));
  const headers = Object.fromEntries(exact.map(([name, value]) => [name.slice(HEADER_PREFIX.length), String(value)]));
  return { topic, headers, ...(key === undefined ? {} : { key }) };
}

export function matches(record: TopicRecord, selector: RecordSelector): boolean {
  if (record.topic !== selector.topic) return false;
  if (selector.key !== undefined && record.key !== selector.key) return false;
  return Object.entries(selector.headers).every(([name, text]) => record.headers[name] === text);
}

/** The selector in words, for "no record …". */
export function describeSelector(selector: RecordSelector): string {
  const headers = Object.entries(selector.headers).map(([name, text]) => `${name}=${text}`);
  const key = selector.key === undefined ? [] : [`key ${selector.key}`];
  return [`on topic ${selector.topic}`, ...key, ...headers].join(', ');
}
