/** Puts messages of a group on the topic of dead letters. Its publisher is made with the first one. */
import type { KafkaMessage } from 'kafkajs';
import { type BrokerRecord, deadLetterOf } from './dead-letters.ts';
import { type BrokerOptions, createPublisher, type Publisher } from './kafka.ts';
import { reasonOf } from './log.ts';
import type { Place } from './progress.ts';
import { optionalSetting } from './settings.ts';
import { backoffMs, nowMs, pause } from './time.ts';

export interface DeadLetterBox {
  /** True once the letter is on its topic; false when the process ends (or the group moves on) before. */
  putAside(
    message: KafkaMessage,
    place: Place,
    error: unknown,
    tries: number,
    mayGoOn: () => boolean,
  ): Promise<boolean>;
  close(): Promise<void>;
}

/** The box of a group, where dead letters are on (`DEAD_LETTERS=on`). */
export function createDeadLetterBox(options: BrokerOptions & { readonly group: string }): DeadLetterBox | undefined {
  if (optionalSetting('DEAD_LETTERS') !== 'on') return undefined;
  const { group, log } = options;
  let publisher: Publisher | undefined;
  return {
    async putAside(message, place, error, tries, mayGoOn) {
      const failure = { group, reason: reasonOf(error), tries, at: nowMs() };
      const letter = deadLetterOf(recordOf(message, place), failure);
      publisher ??= createPublisher(options);
      for (let again = 0; mayGoOn(); again++) {
        try {
          await publisher.publish([letter]);
          const { topic, partition } = place;
          log.error({ topic, partition, offset: message.offset, reason: failure.reason }, 'a message is put aside');
          return true;
        } catch (refused) {
          log.warn({ reason: reasonOf(refused) }, 'a dead letter could not be sent, trying again');
          await pause(backoffMs(again, { firstMs: 50, mostMs: 500 }));
        }
      }
      return false;
    },
    close: async () => publisher?.close(),
  };
}

/** A record as plain texts. */
export function recordOf({ key, value, headers, offset }: KafkaMessage, { topic, partition }: Place): BrokerRecord {
  return {
    topic,
    partition,
    offset,
    key: key?.toString() ?? '',
    value: value?.toString() ?? '',
    headers: Object.fromEntries(Object.entries(headers ?? {}).map(([name, text]) => [name, String(text)])),
  };
}
