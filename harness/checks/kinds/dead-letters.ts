/** What cannot be handled is put aside, once, with where it came from; nothing else is, and what stands behind it goes on. */
import { z } from 'zod';
import type { CheckInput, MessageRecord } from '../../core/index.ts';
import { groupBy, matches } from '../case-view.ts';
import { defineCheck } from '../check.ts';
import { counted, fail, momentOf, noData, pass } from '../judgement.ts';

export default defineCheck({
  name: 'dead-letters',
  summary:
    'every message that cannot be handled is put on a dead-letter topic once, with its origin, and nothing else is',
  options: z.strictObject({
    /** Dead-letter topics, by name, or a prefix or an ending with `*`. */
    topics: z.string().default('dead-letters'),
    /** Type of the messages that nobody can handle, or a prefix that ends in `*`; those that a fault named `poison…` made count as well. */
    poison: z.string().optional(),
    /** Record headers of a dead letter that name the topic, partition and offset it came from. */
    headers: z
      .strictObject({ topic: z.string(), partition: z.string(), offset: z.string() })
      .default({ topic: 'dead-letter-topic', partition: 'dead-letter-partition', offset: 'dead-letter-offset' }),
    /** Groups that must put each of them aside. Default: every group that the message was delivered to, one at least. */
    groups: z.array(z.string()).optional(),
  }),
  underLoad: () => ({ not: 'single messages are not kept of a load' }),
  judge(input, { topics, poison, headers, groups }) {
    const messages = input.history.filter((record): record is MessageRecord => record.type === 'message');
    const produced = messages.filter(({ action }) => action === 'produced');
    const letters = produced.filter(({ topic, offset }) => matches(topics, topic) && offset !== undefined);
    const makes = poisoners(input);
    const poisoned = produced.filter(
      ({ topic, headers: own, fault, offset }) =>
        !matches(topics, topic) &&
        offset !== undefined &&
        ((poison !== undefined && matches(poison, own?.type ?? '')) || (fault !== undefined && makes.has(fault))),
    );
    const origins = groupBy(letters, (letter) => originOf(letter, headers));
    const known = new Set(poisoned.map(placeOf));
    const readers = readersOf(messages);
    const problems = [
      ...poisoned.flatMap((message) =>
        lost(input, message, origins.get(placeOf(message)) ?? [], groups?.length ?? readers(message)),
      ),
      ...letters
        .filter((letter) => !known.has(originOf(letter, headers)))
        .map((letter) => strayText(input, letter, originOf(letter, headers))),
    ];
    const figures = { poisoned: poisoned.length, deadLetters: letters.length, broken: problems.length };
    if (problems.length > 0)
      return fail(`${counted(problems.length, 'dead letter')} not accounted for`, problems, figures);
    if (poisoned.length === 0) return noData('there was no message that cannot be handled', [], figures);
    return pass(
      `${counted(poisoned.length, 'message')} that cannot be handled, ${counted(letters.length, 'dead letter')}`,
      [],
      figures,
    );
  },
});

/** Ids of the faults that make such messages. */
function poisoners({ faults }: CheckInput): ReadonlySet<string> {
  return new Set(faults.filter(({ spec }) => spec.fault.startsWith('poison')).map(({ id }) => id));
}

function placeOf({ topic, partition, offset }: MessageRecord): string {
  return `${topic}/${partition}@${offset}`;
}

function originOf(
  { headers = {} }: MessageRecord,
  names: { topic: string; partition: string; offset: string },
): string {
  return `${headers[names.topic]}/${headers[names.partition]}@${headers[names.offset]}`;
}

/** How many groups a message reached. */
function readersOf(messages: readonly MessageRecord[]): (message: MessageRecord) => number {
  const reached = groupBy(
    messages.filter(({ action, group }) => action === 'delivered' && group !== undefined),
    placeOf,
  );
  return (message) => new Set(reached.get(placeOf(message))?.map(({ group }) => group)).size;
}

/** Those of the groups that do not read its type need not put it aside: one at least must, and none twice. */
function lost(input: CheckInput, message: MessageRecord, letters: readonly MessageRecord[], readers: number): string[] {
  const name = `${message.headers?.type ?? message.topic} at ${momentOf(input, message.at)} (${placeOf(message)})`;
  if (letters.length === 0) return [`${name} is on no dead-letter topic`];
  return letters.length > Math.max(1, readers)
    ? [`${name} was put aside ${letters.length} times, by at most ${Math.max(1, readers)} groups`]
    : [];
}

function strayText(input: CheckInput, { topic, at, headers }: MessageRecord, origin: string): string {
  return `${headers?.type ?? topic} on ${topic} at ${momentOf(input, at)} was put aside, but ${origin} could be handled`;
}
