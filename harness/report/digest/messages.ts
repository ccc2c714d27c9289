/** What became of the Kafka records of a case, by topic and group. */
import type { HistoryRecord, MessageRecord } from '../../core/index.ts';

export interface TopicFigures {
  readonly topic: string;
  readonly produced: number;
  /** Produced, but the acknowledgement never came. */
  readonly unacknowledged: number;
  /** Records that carry an event id which the topic had seen before. */
  readonly copies: number;
  readonly groups: readonly GroupFigures[];
}

export interface GroupFigures {
  readonly group: string;
  readonly delivered: number;
  readonly distinct: number;
  /** Deliveries beyond the first of one event. */
  readonly duplicates: number;
  readonly commits: number;
}

export function messageFigures(records: readonly HistoryRecord[]): TopicFigures[] {
  const byTopic = Map.groupBy(
    records.filter((record) => record.type === 'message'),
    (message) => message.topic,
  );
  return [...byTopic]
    .sort(([a], [b]) => a.localeCompare(b, 'en'))
    .map(([topic, messages]) => topicFigures(topic, messages));
}

function topicFigures(topic: string, messages: readonly MessageRecord[]): TopicFigures {
  const produced = messages.filter((message) => message.action === 'produced');
  const groups = Map.groupBy(
    messages.filter((message) => message.action !== 'produced'),
    (message) => message.group ?? '(no group)',
  );
  return {
    topic,
    produced: produced.length,
    unacknowledged: produced.filter((message) => message.offset === undefined).length,
    copies: produced.length - distinctOf(produced),
    groups: [...groups].sort(([a], [b]) => a.localeCompare(b, 'en')).map(([group, list]) => groupFigures(group, list)),
  };
}

function groupFigures(group: string, messages: readonly MessageRecord[]): GroupFigures {
  const delivered = messages.filter((message) => message.action === 'delivered');
  const distinct = distinctOf(delivered);
  return {
    group,
    delivered: delivered.length,
    distinct,
    duplicates: delivered.length - distinct,
    commits: messages.length - delivered.length,
  };
}

/**
 * How many different events: by the event id in the headers, else by place in the log; a record with neither is
 * its own.
 */
function distinctOf(messages: readonly MessageRecord[]): number {
  return new Set(
    messages.map((message, index) => {
      const id = message.headers?.['event-id'];
      if (id !== undefined) return `id ${id}`;
      return message.offset === undefined ? `nth ${index}` : `at ${message.partition}/${message.offset}`;
    }),
  ).size;
}
