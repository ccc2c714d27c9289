/** Reading again what was read: a group sent back to the beginning of its topics, and dead letters sent back to theirs. */
import { recordOf } from './dead-letter-box.ts';
import { DEAD_LETTERS, replayOf } from './dead-letters.ts';
import { type BrokerOptions, createPublisher, kafkaClient, type OutgoingMessage } from './kafka.ts';

/** Sets a group that nobody is in now back to the first record of each topic. A crash afterwards finds it there. */
export async function rewindGroup(options: BrokerOptions, group: string, topics: readonly string[]): Promise<void> {
  const consumer = kafkaClient(options, `${group}-rewind`).consumer({ groupId: group, maxWaitTimeInMs: 100 });
  const joined = Promise.withResolvers<Readonly<Record<string, readonly number[]>>>();
  consumer.on('consumer.group_join', ({ payload }) => joined.resolve(payload.memberAssignment));
  await consumer.connect();
  try {
    await consumer.subscribe({ topics: [...topics], fromBeginning: true });
    await consumer.run({ autoCommit: false, eachBatchAutoResolve: false, eachBatch: async () => undefined });
    const places = Object.entries(await joined.promise).flatMap(([topic, partitions]) =>
      partitions.map((partition) => ({ topic, partition, offset: '0' })),
    );
    await consumer.commitOffsets(places);
  } finally {
    await consumer.disconnect();
  }
}

/** Sends every dead letter of a group back to the topic it came from; answers how many. What was handled meanwhile is not handled twice (inbox). */
export async function replayDeadLetters(options: BrokerOptions, group: string): Promise<number> {
  const letters = await lettersOf(options, group);
  if (letters.length === 0) return 0;
  const publisher = createPublisher(options);
  try {
    await publisher.publish(letters);
  } finally {
    await publisher.close();
  }
  return letters.length;
}

/** Reads the topic of dead letters from its beginning to where it ends now. */
async function lettersOf(options: BrokerOptions, group: string): Promise<OutgoingMessage[]> {
  const client = kafkaClient(options, `${group}-replay`);
  const admin = client.admin();
  await admin.connect();
  const ends = await admin.fetchTopicOffsets(DEAD_LETTERS).finally(() => admin.disconnect());
  const open = new Set(ends.filter(({ high, low }) => Number(high) > Number(low)).map(({ partition }) => partition));
  if (open.size === 0) return [];
  // A group of its own that never commits: the next replay reads everything again.
  const groupId = `${group}-replay-${process.pid}-${performance.now()}`;
  const consumer = client.consumer({ groupId, maxWaitTimeInMs: 100 });
  const letters: OutgoingMessage[] = [];
  const all = Promise.withResolvers<void>();
  await consumer.connect();
  try {
    await consumer.subscribe({ topics: [DEAD_LETTERS], fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachMessage: async ({ topic, partition, message }) => {
        const letter = replayOf(recordOf(message, { topic, partition }), group);
        if (letter !== undefined && open.has(partition)) letters.push(letter);
        const end = ends.find((one) => one.partition === partition)?.high;
        if (Number(message.offset) + 1 >= Number(end)) open.delete(partition);
        if (open.size === 0) all.resolve();
      },
    });
    await all.promise;
  } finally {
    await consumer.disconnect();
  }
  return letters;
}
