/**
 * Dead letters: a message that can never be handled must not stop those behind it. It goes to the topic `dead-letters`, as
 * it came, with headers that say whose it was and why; from there it can be sent again once the cause is gone.
 * Only what trying again cannot mend is given up: a database that is away is no fault of the message.
 */
import type { OutgoingMessage } from './kafka.ts';

export const DEAD_LETTERS = 'dead-letters';

/** Names of the headers that are added; all values are text. */
export const DEAD_LETTER_HEADERS = {
  /** The consumer group that could not handle it. */
  group: 'dead-letter-group',
  reason: 'dead-letter-reason',
  tries: 'dead-letter-tries',
  topic: 'dead-letter-topic',
  partition: 'dead-letter-partition',
  offset: 'dead-letter-offset',
  /** Epoch ms. */
  at: 'dead-letter-at',
} as const;

/** On a message that is sent again: only this group takes it, the others have handled it. */
export const ONLY_FOR = 'only-for-group';

/** A record as the broker gives it. */
export interface BrokerRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  readonly key: string;
  readonly value: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface Failure {
  readonly group: string;
  readonly reason: string;
  readonly tries: number;
  readonly at: number;
}

/** The dead letter of a record that failed. */
export function deadLetterOf(record: BrokerRecord, { group, reason, tries, at }: Failure): OutgoingMessage {
  const { topic, partition, offset, key, value, headers } = record;
  return {
    topic: DEAD_LETTERS,
    key,
    value,
    headers: {
      ...headers,
      [DEAD_LETTER_HEADERS.group]: group,
      [DEAD_LETTER_HEADERS.reason]: reason.slice(0, 500),
      [DEAD_LETTER_HEADERS.tries]: String(tries),
      [DEAD_LETTER_HEADERS.topic]: topic,
      [DEAD_LETTER_HEADERS.partition]: String(partition),
      [DEAD_LETTER_HEADERS.offset]: offset,
      [DEAD_LETTER_HEADERS.at]: String(at),
    },
  };
}

/** The message of a dead letter, to be sent again where it came from; undefined when the letter is not of `group`. */
export function replayOf({ key, value, headers }: BrokerRecord, group: string): OutgoingMessage | undefined {
  const topic = headers[DEAD_LETTER_HEADERS.topic];
  if (topic === undefined || headers[DEAD_LETTER_HEADERS.group] !== group) return undefined;
  const added = new Set<string>(Object.values(DEAD_LETTER_HEADERS));
  const original = Object.entries(headers).filter(([name]) => !added.has(name));
  return { topic, key, value, headers: { ...Object.fromEntries(original), [ONLY_FOR]: group } };
}

/** SQLSTATE classes of what is wrong with the data or the statement: the same statement will fail again. */
const HOPELESS_SQL = /^(22|23|42)/;

/** True when trying again cannot help: the data do not fit, or the code cannot deal with them. */
export function isHopeless(error: unknown): boolean {
  const { code } = (error ?? {}) as { code?: unknown };
  if (typeof code === 'string') return /^[0-9A-Z]{5}$/.test(code) && HOPELESS_SQL.test(code);
  return error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError;
}
