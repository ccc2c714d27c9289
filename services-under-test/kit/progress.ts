/** How far a consumer is behind: by partition, the end that the last fetch told of and the next record to be handled. */

/** A place in a partition. */
export interface Place {
  readonly topic: string;
  readonly partition: number;
}

export interface Progress {
  /** A fetch brought records from `first` on; the partition ended at `end` then. */
  fetched(place: Place, first: string | undefined, end: string): void;
  /** Everything up to `offset` is handled. */
  handled(place: Place, offset: string): void;
  /** Records that are on the broker and not handled yet. */
  behind(): number;
  clear(): void;
}

export function createProgress(): Progress {
  const partitions = new Map<string, { next: number; end: number }>();
  const nameOf = ({ topic, partition }: Place) => `${topic} ${partition}`;
  return {
    fetched: (place, first, end) =>
      void partitions.set(nameOf(place), { next: Number(first ?? end), end: Number(end) }),
    handled(place, offset) {
      const known = partitions.get(nameOf(place));
      if (known) known.next = Number(offset) + 1;
    },
    behind: () => [...partitions.values()].reduce((sum, { next, end }) => sum + Math.max(0, end - next), 0),
    clear: () => partitions.clear(),
  };
}
