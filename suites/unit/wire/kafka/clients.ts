/** kafkajs clients of a wired broker, as the tests use them: producers, and consumers that remember what they were given. */
import type { Consumer, EachMessagePayload, Producer, ProducerConfig } from 'kafkajs';
import { waitFor } from '../../../../harness/core/index.ts';
import type { WiredBroker } from './wired-broker.ts';

export interface Reading {
  /** `offset:value` in the order of delivery. */
  readonly seen: string[];
  readonly consumer: Consumer;
  has(count: number): Promise<string[]>;
}

export interface ReaderOptions {
  readonly autoCommit?: boolean;
  readonly group?: string;
  readonly caller?: string;
  readonly onMessage?: (message: EachMessagePayload, consumer: Consumer) => Promise<void>;
}

export interface Clients {
  /** Of the order edge. */
  producer(options?: ProducerConfig, retries?: number): Promise<Producer>;
  /** Of the payment edge, unless told otherwise. */
  reader(topic: string, options?: ReaderOptions): Promise<Reading>;
  /** Also done by `close`. */
  onClose(run: () => Promise<void>): void;
  close(): Promise<void>;
}

export function clientsOf(lab: WiredBroker): Clients {
  let closers: (() => Promise<void>)[] = [];
  return {
    async producer(options = {}, retries = 20) {
      const config = { retry: { initialRetryTime: 20, maxRetryTime: 100, retries } };
      const made = lab.client('order', config).producer(options);
      await made.connect();
      closers.push(() => made.disconnect());
      return made;
    },
    async reader(topic, { autoCommit = true, group = topic, caller = 'payment', onMessage } = {}) {
      const timing = { heartbeatInterval: 200, sessionTimeout: 10_000, maxWaitTimeInMs: 100 };
      const consumer = lab.client(caller).consumer({ groupId: group, ...timing });
      const seen: string[] = [];
      await consumer.connect();
      closers.push(() => consumer.disconnect());
      await consumer.subscribe({ topics: [topic], fromBeginning: true });
      await consumer.run({
        autoCommit,
        eachMessage: async (payload) => {
          seen.push(`${payload.message.offset}:${payload.message.value}`);
          await onMessage?.(payload, consumer);
        },
      });
      const has = (count: number) =>
        waitFor(() => (seen.length >= count ? [...seen] : undefined), {
          what: `${count} deliveries of ${topic}`,
          deadlineMs: 8_000,
          lastSeen: () => seen.join(' '),
        });
      return { seen, consumer, has };
    },
    onClose: (run) => void closers.push(run),
    async close() {
      await Promise.all(closers.map((close) => close()));
      closers = [];
    },
  };
}
