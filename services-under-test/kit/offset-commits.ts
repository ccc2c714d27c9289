/**
 * Commits of offsets, gathered: one for all that was handled in a moment. What was handled and not yet committed comes
 * again after a crash, and its effect does not: that is what the inbox is for.
 */
import type { Consumer, EachBatchPayload } from 'kafkajs';
import { type Logger, reasonOf } from './log.ts';
import { nowMs } from './time.ts';

/** Committed once nothing was handled for a moment, at the latest so long after the first. */
const QUIET_MS = 50;
const LATEST_MS = 250;

type Offsets = ReturnType<EachBatchPayload['uncommittedOffsets']>;

export interface OffsetCommits {
  /** A batch is at hand: its first offset is where a refused first commit leads back to. */
  begun(payload: EachBatchPayload): void;
  /** Offsets were resolved: they are committed soon. */
  handled(payload: EachBatchPayload): void;
  /** Forgets what was committed: partitions have been given out anew. */
  reset(): void;
  /** Commits now what is resolved. */
  flush(): Promise<void>;
  /** Commits now what is resolved, and nothing that is handled after that: whoever reads it next handles it again. */
  end(): Promise<void>;
}

/** A refused commit sends the consumer back to the last one that was stored: everything since is delivered again. */
export function createOffsetCommits(consumer: Consumer, group: string, log: Logger): OffsetCommits {
  /** Next offset by partition as the broker knows it. */
  const stored = new Map<string, string>();
  let latest: EachBatchPayload | undefined;
  let timer: NodeJS.Timeout | undefined;
  let latestAt: number | undefined;
  let committing: Promise<void> = Promise.resolve();
  let ended = false;

  const commit = async () => {
    clearTimeout(timer);
    latestAt = undefined;
    const offsets = latest?.uncommittedOffsets();
    if (latest === undefined || offsets === undefined || offsets.topics.length === 0) return;
    try {
      await latest.commitOffsetsIfNecessary(offsets);
      for (const { key, offset } of partitionsOf(offsets)) stored.set(key, offset);
    } catch (error) {
      log.warn({ group, reason: reasonOf(error) }, 'offsets were not committed: what was handled since comes again');
      if (!ended) sendBack(offsets);
    }
  };
  const sendBack = (offsets: Offsets) => {
    try {
      for (const { topic, partition, key } of partitionsOf(offsets)) {
        const offset = stored.get(key);
        if (offset !== undefined) consumer.seek({ topic, partition, offset });
      }
    } catch (error) {
      log.debug({ group, reason: reasonOf(error) }, 'a consumer that joins anew begins at what is stored');
    }
  };
  const flush = () => {
    committing = committing.then(commit);
    return committing;
  };

  return {
    begun({ batch: { topic, partition, messages } }) {
      const key = keyOf(topic, partition);
      const first = messages[0]?.offset;
      if (first !== undefined && !stored.has(key)) stored.set(key, first);
    },
    handled(payload) {
      if (ended) return;
      latest = payload;
      latestAt ??= nowMs() + LATEST_MS;
      clearTimeout(timer);
      timer = setTimeout(flush, Math.max(0, Math.min(QUIET_MS, latestAt - nowMs())));
    },
    reset: () => stored.clear(),
    flush,
    end() {
      const last = flush();
      ended = true;
      return last;
    },
  };
}

function keyOf(topic: string, partition: number): string {
  return `${topic}/${partition}`;
}

function partitionsOf({ topics }: Offsets) {
  return topics.flatMap(({ topic, partitions }) =>
    // kafkajs tells partitions as text here, and seeks in those that are numbers only.
    partitions.map(({ partition, offset }) => ({
      ...{ topic, offset, partition: Number(partition) },
      key: keyOf(topic, partition),
    })),
  );
}
