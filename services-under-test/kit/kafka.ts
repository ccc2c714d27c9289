/** The broker, behind an interface of our own: what a service publishes and what it reads. kafkajs stays in the `kafka…` files. */
import './kafkajs-patch.ts';
import { Kafka, logLevel, Partitioners, type Producer } from 'kafkajs';
import { type Logger, reasonOf } from './log.ts';

export interface OutgoingMessage {
  readonly topic: string;
  readonly key: string;
  readonly value: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface Publisher {
  /** Resolves when every in-sync replica has acknowledged all messages (acks = -1). Rejects when that is not known. */
  publish(messages: readonly OutgoingMessage[]): Promise<void>;
  close(): Promise<void>;
}

export interface BrokerOptions {
  /** Addresses, host:port with commas between. */
  readonly brokers: string;
  readonly service: string;
  readonly log: Logger;
}

/** A broker that is away is asked again soon and for ever: coming back must not take longer than the outage. */
export const RETRY = { initialRetryTime: 50, multiplier: 1.2, maxRetryTime: 300, retries: 1_000_000 } as const;

/** A kafkajs client whose id names service, group and process: no two clients of the system share one. */
export function kafkaClient({ brokers, service, log }: BrokerOptions, group: string): Kafka {
  return new Kafka({
    clientId: `${service}-${group}-${process.pid}`,
    brokers: brokers.split(','),
    connectionTimeout: 500,
    requestTimeout: 2_000,
    retry: RETRY,
    logLevel: logLevel.WARN,
    logCreator: () => (entry) => log.debug({ kafka: entry.namespace, reason: entry.log.error }, entry.log.message),
  });
}

/** A publisher. The broker is first contacted in the background, so that the first event does not wait for that. */
export function createPublisher(options: BrokerOptions): Publisher {
  let current: Promise<Producer> | undefined;

  // Idempotent: a request that is repeated because its acknowledgement was lost leaves one record, not two.
  const connect = async () => {
    const producer = kafkaClient(options, 'producer').producer({
      idempotent: true,
      maxInFlightRequests: 1,
      createPartitioner: Partitioners.DefaultPartitioner,
      allowAutoTopicCreation: false,
      retry: RETRY,
    });
    await producer.connect();
    return producer;
  };
  const producer = () => {
    current ??= connect();
    return current;
  };
  const letGo = async () => {
    const old = current;
    current = undefined;
    await old?.then((one) => one.disconnect()).catch(() => undefined);
  };

  producer().catch((error) => {
    options.log.warn({ reason: reasonOf(error) }, 'the broker is not there yet');
    current = undefined;
  });
  return {
    async publish(messages) {
      try {
        await (await producer()).sendBatch({ acks: -1, topicMessages: byTopic(messages) });
      } catch (error) {
        // A producer that failed for good may be out of step with the broker: the next try begins with a new one.
        await letGo();
        throw error;
      }
    },
    close: letGo,
  };
}

function byTopic(messages: readonly OutgoingMessage[]) {
  const topics = new Map<string, { key: string; value: string; headers: Record<string, string> }[]>();
  for (const { topic, key, value, headers } of messages) {
    const records = topics.get(topic) ?? [];
    records.push({ key, value, headers: { ...headers } });
    topics.set(topic, records);
  }
  return [...topics].map(([topic, records]) => ({ topic, messages: records }));
}
