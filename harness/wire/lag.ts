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
  /** A group reads from here: its committed offset where none is known yet. `stored`: the broker has it on record. */
  readsFrom(place: Omit<LagRow, 'end' | 'committed'>, offset: number, stored: boolean): void;
  /** A member is in this generation of its group. */
  joined(group: string, member: string, generation: number): void;
  /** A member left of its own will. A group without members for which nothing was ever stored is forgotten, as it is at the broker. */
  left(group: string, member: string): void;
  /** The group was deleted at the broker. */
  deleted(group: string): void;
  list(): readonly LagRow[];
}

interface Place {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly stored: boolean;
}

export function lagTracker(): LagTracker {
  const ends = new Map<string, number>();
  const groups = new Map<string, Map<string, Place>>();
  const members = new Map<string, { readonly generation: number; readonly names: Set<string> }>();
  const placesOf = (group: string) => {
    const known = groups.get(group) ?? new Map<string, Place>();
    groups.set(group, known);
    return known;
  };
  return {
    produced(topic, partition, nextOffset) {
      const place = `${partition}/${topic}`;
      if (nextOffset > (ends.get(place) ?? 0)) ends.set(place, nextOffset);
    },
    committed(group, topic, partition, offset) {
      placesOf(group).set(`${partition}/${topic}`, { topic, partition, offset, stored: true });
    },
    readsFrom({ group, topic, partition }, offset, stored) {
      // A fetch that is answered after the group has left is nobody's any more.
      if (offset < 0 || !(stored || members.has(group))) return;
      const places = placesOf(group);
      if (places.has(`${partition}/${topic}`)) return;
      places.set(`${partition}/${topic}`, { topic, partition, offset, stored });
    },
    joined(group, member, generation) {
      const now = members.get(group);
      if (now?.generation === generation) now.names.add(member);
      else members.set(group, { generation, names: new Set([member]) });
    },
    left(group, member) {
      const names = members.get(group)?.names;
      names?.delete(member);
      if (names !== undefined && names.size > 0) return;
      members.delete(group);
      const isStored = [...(groups.get(group)?.values() ?? [])].some(({ stored }) => stored);
      if (!isStored) groups.delete(group);
    },
    deleted(group) {
      members.delete(group);
      groups.delete(group);
    },
    list: () =>
      [...groups].flatMap(([group, places]) =>
        [...places.values()].map(({ topic, partition, offset }) => ({
          ...{ group, topic, partition, committed: offset },
          end: Math.max(offset, ends.get(`${partition}/${topic}`) ?? 0),
        })),
      ),
  };
}
