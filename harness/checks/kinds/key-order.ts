/** What has one key stays in order: one partition, events in the order in which things happened, delivered as they stand. */
import { z } from 'zod';
import type { CheckInput, MessageRecord } from '../../core/index.ts';
import { groupBy, isOurs, matches } from '../case-view.ts';
import { defineCheck } from '../check.ts';
import { counted, fail, momentOf, noData, pass } from '../judgement.ts';

export default defineCheck({
  name: 'key-order',
  summary:
    'messages of one key stand on one partition, in the declared order of types, and reach every group in that order',
  options: z.strictObject({
    /** By name, or a prefix that ends in `*`. */
    topics: z.string().default('*'),
    /** Types in the order in which they may stand for one key; `*` at the end of one as usual. Types that match none may stand anywhere. */
    types: z.array(z.string()).default([]),
    /** How many keys must have had two messages or more on one topic. */
    atLeast: z.int().min(1).default(1),
  }),
  underLoad: () => ({ not: 'single messages are not kept of a load' }),
  judge(input, { topics, types, atLeast }) {
    const messages = input.history.filter(
      (record): record is MessageRecord =>
        record.type === 'message' &&
        record.key !== undefined &&
        record.offset !== undefined &&
        matches(topics, record.topic),
    );
    const ours = new Set(
      messages.filter((message) => message.action === 'produced' && isOurs(message, input.caseId)).map(placeOf),
    );
    const mine = messages.filter((message) => ours.has(placeOf(message)));
    const byKey = groupBy(mine, ({ topic, key }) => `${key} on ${topic}`);
    const problems = [...byKey].flatMap(([name, ofKey]) => [
      ...partitionProblem(name, ofKey),
      ...typeProblems(input, name, ofKey, types),
      ...deliveryProblems(input, name, ofKey),
    ]);
    const ordered = [...byKey.values()].filter((ofKey) => producedOf(ofKey).length > 1).length;
    const figures = { messages: ours.size, keys: byKey.size, ordered, broken: problems.length };
    if (problems.length > 0)
      return fail(`${counted(problems.length, 'message')} out of the order of its key`, problems, figures);
    if (ordered < atLeast)
      return noData(`${counted(ordered, 'key')} with two messages or more on a topic, wanted ${atLeast}`, [], figures);
    return pass(`${counted(ordered, 'key')} with two messages or more, all in order`, [], figures);
  },
});

function placeOf({ topic, partition, offset }: MessageRecord): string {
  return `${topic}/${partition}@${offset}`;
}

/** By offset, each once. */
function producedOf(ofKey: readonly MessageRecord[]): MessageRecord[] {
  const once = new Map(
    ofKey.filter(({ action }) => action === 'produced').map((message) => [placeOf(message), message]),
  );
  return [...once.values()].sort((a, b) => (a.offset ?? 0) - (b.offset ?? 0));
}

function partitionProblem(name: string, ofKey: readonly MessageRecord[]): string[] {
  const partitions = new Set(ofKey.map(({ partition }) => partition));
  return partitions.size > 1 ? [`${name} stands on ${partitions.size} partitions: ${[...partitions].join(', ')}`] : [];
}

function typeProblems(
  input: CheckInput,
  name: string,
  ofKey: readonly MessageRecord[],
  types: readonly string[],
): string[] {
  let furthest = -1;
  return producedOf(ofKey).flatMap(({ headers, at }) => {
    const type = headers?.type ?? '';
    const rank = types.findIndex((pattern) => matches(pattern, type));
    if (rank < 0) return [];
    const late = rank < furthest;
    furthest = Math.max(furthest, rank);
    return late ? [`${name}: ${type} at ${momentOf(input, at)} stands after ${types[furthest]}`] : [];
  });
}

/** The first time a message reaches a group, what stands before it must have reached it. Coming again is no harm. */
function deliveryProblems(input: CheckInput, name: string, ofKey: readonly MessageRecord[]): string[] {
  const delivered = ofKey.filter(({ action, group }) => action === 'delivered' && group !== undefined);
  return [...groupBy(delivered, ({ group, partition }) => `${group}/${partition}`).values()].flatMap((reached) => {
    const seen = new Set<string>();
    let furthest = -1;
    return reached.flatMap((message) => {
      const { offset = 0, group, at } = message;
      const again = seen.has(placeOf(message));
      seen.add(placeOf(message));
      const late = !again && offset < furthest;
      furthest = Math.max(furthest, offset);
      return late ? [`${name}: ${group} got offset ${offset} at ${momentOf(input, at)}, after ${furthest}`] : [];
    });
  });
}
