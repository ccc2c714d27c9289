/** Reads the records a provider really put on its topics: straight from the broker, from the moment the capture begins. */
import { Kafka, logLevel } from 'kafkajs';
import { HarnessError, type Lab, systemClock, waitFor } from '../core/index.ts';
import { describeSelector, matches, type RecordSelector, type TopicRecord } from './metadata.ts';

/** The part of kafkajs stays behind this. */
export interface Capture {
  /** The first record that fits. Throws `timed-out`, naming what came instead, when there is none after `deadlineMs`. */
  find(selector: RecordSelector, deadlineMs: number, signal?: AbortSignal): Promise<TopicRecord>;
  close(): Promise<void>;
}

export interface CaptureOptions {
  readonly brokers: readonly string[];
  readonly topics: readonly string[];
  /** Consumer group of the capture; it never commits. */
  readonly group: string;
}

/** Addresses of the lab's brokers that hold one of the topics: the brokers themselves, not the wire in front of them. */
export function brokersOf(lab: Lab, topics: readonly string[]): string[] {
  const names = Object.entries(lab.topology.brokers)
    .filter(([, broker]) => broker.topics.some(({ name }) => topics.includes(name)))
    .map(([name]) => name);
  return lab.descriptor.parts
    .filter(({ name, kind }) => kind === 'kafka' && names.includes(name))
    .map(({ host, port }) => `${host}:${port}`);
}

/** Resolves once every record produced from now on will be seen. */
export async function startCapture(options: CaptureOptions): Promise<Capture> {
  if (options.brokers.length === 0) {
    const message = `no broker of the lab holds the topics ${options.topics.join(', ')}`;
    throw new HarnessError({ code: 'contract-failed', message });
  }
  const kafka = new Kafka({
    clientId: options.group,
    brokers: [...options.brokers],
    logLevel: logLevel.NOTHING,
    connectionTimeout: 2000,
    retry: { initialRetryTime: 50, retries: 6 },
  });
  const records: TopicRecord[] = [];
  const starts = await endOffsets(kafka, options.topics);
  const consumer = kafka.consumer({ groupId: options.group, maxWaitTimeInMs: 50, allowAutoTopicCreation: false });
  await consumer.connect();
  await consumer.subscribe({ topics: [...options.topics] });
  await consumer.run({
    autoCommit: false,
    eachMessage: async ({ topic, partition, message }) => {
      records.push({
        topic,
        partition,
        offset: message.offset,
        key: message.key?.toString(),
        headers: Object.fromEntries(
          Object.entries(message.headers ?? {}).map(([name, value]) => [name, String(value)]),
        ),
        value: message.value ?? Buffer.alloc(0),
      });
    },
  });
  for (const start of starts) consumer.seek(start);
  return {
    find: (selector, deadlineMs, signal) =>
      waitFor(() => records.find((record) => matches(record, selector)), {
        what: `a record ${describeSelector(selector)}`,
        deadlineMs,
        clock: systemClock,
        lastSeen: () => seen(records, selector),
        ...(signal === undefined ? {} : { signal }),
      }),
    close: () => consumer.disconnect(),
  };
}

async function endOffsets(kafka: Kafka, topics: readonly string[]) {
  const admin = kafka.admin();
  await admin.connect();
  try {
    const ends = await Promise.all(
      topics.map(async (topic) => ({ topic, partitions: await admin.fetchTopicOffsets(topic) })),
    );
    return ends.flatMap(({ topic, partitions }) =>
      partitions.map(({ partition, high }) => ({ topic, partition, offset: high })),
    );
  } finally {
    await admin.disconnect();
  }
}

function seen(records: readonly TopicRecord[], selector: RecordSelector): string {
  const near = records.filter(
    (record) => record.topic === selector.topic && (selector.key === undefined || record.key === selector.key),
  );
  const listed = near.slice(0, 5).map((record) => canonicalHeaders(record, selector));
  return near.length === 0 ? 'no record of that key' : `${near.length} of that key: ${listed.join('; ')}`;
}

/** Those headers of a record that the selector asks for. */
function canonicalHeaders(record: TopicRecord, selector: RecordSelector): string {
  return Object.keys(selector.headers)
    .map((name) => `${name}=${record.headers[name] ?? 'none'}`)
    .join(', ');
}
