/** Consumer lag as the wire sees it: the end of each partition from Produce and Fetch replies, commits per group. */

export interface LagRow {
  readonly group: string;
  readonly topic: string;
  readonly partition: number;
  /** Offset after the last record known to stand in the partition. */
  readonly end: number;
  /** Next offset the group will read. */
  readonly committed: number;
}

/** Filled by the Kafka session, read by the control API. One for the whole wire. */
export interface LagTracker {
  /** A record was stored (or seen): the partition now ends at `nextOffset` or later. */
  produced(topic: string, partition: number, nextOffset: number): void;
  /** A commit of `group` was acknowledged. An offset below the last one is kept as well: groups may be rewound. */
  committed(group: string, topic: string, partition: number, offset: number): void;
  list(): readonly LagRow[];
}

export function lagTracker(): LagTracker {
  const ends = new Map<string, number>();
  const commits = new Map<string, { group: string; topic: string; partition: number; offset: number }>();
  return {
    produced(topic, partition, nextOffset) {
      const place = `${partition}/${topic}`;
      if (nextOffset > (ends.get(place) ?? 0)) ends.set(place, nextOffset);
    },
    committed(group, topic, partition, offset) {
      commits.set(`${partition}/${topic}\n${group}`, { group, topic, partition, offset });
    },
    list() {
      return [...commits.values()].map(({ group, topic, partition, offset }) => ({
        group,
        topic,
        partition,
        end: Math.max(offset, ends.get(`${partition}/${topic}`) ?? 0),
        committed: offset,
      }));
    },
  };
}
