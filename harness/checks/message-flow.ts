/** The way of messages in a history: who reads which topic, what was delivered to them, and how far they committed. */
import type { HistoryRecord, MessageRecord } from '../core/index.ts';
import { isOurs } from './case-view.ts';

export interface MessageFlow {
  /** Acknowledged or not, in time order. */
  readonly produced: readonly MessageRecord[];
  /** Readers of a topic: consumer groups, or edges where the group is not known. */
  readersOf(topic: string): readonly string[];
  delivered(reader: string, message: MessageRecord): boolean;
  /** undefined: this reader was never seen to commit on that topic at all. */
  committed(reader: string, message: MessageRecord): boolean | undefined;
}

/** `control` adds readers: one that got nothing at all in this history is known from the clean run. */
export function messageFlow(
  history: readonly HistoryRecord[],
  caseId: string,
  control: readonly HistoryRecord[] = [],
): MessageFlow {
  const produced: MessageRecord[] = [];
  const deliveries = new Set<string>();
  const commits = new Map<string, number>();
  const committing = new Set<string>();
  const readers = new Map<string, Set<string>>();
  for (const record of history) {
    if (record.type !== 'message') continue;
    const reader = readerOf(record);
    if (record.action === 'produced') {
      if (isOurs(record, caseId)) produced.push(record);
      continue;
    }
    addTo(readers, record.topic, reader);
    if (record.action === 'delivered') {
      if (record.offset !== undefined) deliveries.add(place(reader, record, record.offset));
    } else {
      committing.add(`${reader} ${record.topic}`);
      const where = place(reader, record);
      commits.set(where, Math.max(commits.get(where) ?? 0, record.offset ?? 0));
    }
  }
  for (const record of control) {
    if (record.type === 'message' && record.action !== 'produced') addTo(readers, record.topic, readerOf(record));
  }
  return {
    produced,
    readersOf: (topic) => [...(readers.get(topic) ?? [])],
    delivered: (reader, message) =>
      message.offset !== undefined && deliveries.has(place(reader, message, message.offset)),
    committed(reader, message) {
      if (!committing.has(`${reader} ${message.topic}`)) return undefined;
      return (commits.get(place(reader, message)) ?? 0) > (message.offset ?? Number.POSITIVE_INFINITY);
    },
  };
}

function readerOf({ group, edge }: MessageRecord): string {
  return group ?? `(${edge})`;
}

function place(reader: string, { topic, partition }: MessageRecord, offset?: number): string {
  return `${reader} ${topic}/${partition}${offset === undefined ? '' : `@${offset}`}`;
}

function addTo(sets: Map<string, Set<string>>, key: string, member: string): void {
  const set = sets.get(key);
  if (set) set.add(member);
  else sets.set(key, new Set([member]));
}
