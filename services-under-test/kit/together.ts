/**
 * Work that costs less together: a statement for ten events costs little more than one for a single event. Whoever asks
 * hears when the own item is done, as if it had been done alone.
 */
import { oneAtATime } from './one-at-a-time.ts';
import { pause } from './time.ts';

export interface TogetherOptions<Item> {
  /** Does the work of all items or of none of them. No two have one key. */
  readonly work: (items: readonly Item[]) => Promise<void>;
  readonly keyOf: (item: Item) => string;
  /** Of one piece of work. */
  readonly mostItems?: number;
  /** How long the first of them waits for others, in ms. Default: 0, those of the same moment. */
  readonly gatherMs?: number;
}

interface Asked<Item> {
  readonly item: Item;
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

/**
 * Gathers what is asked for in the same moment, or while the work before it is under way. Where several fail together each
 * is done alone, so that one that can't be done fails nobody else.
 */
export function together<Item>(options: TogetherOptions<Item>): (item: Item) => Promise<void> {
  const { work, keyOf, mostItems = 200, gatherMs = 0 } = options;
  let waiting: Asked<Item>[] = [];

  const take = () => {
    const taken = new Map<string, Asked<Item>>();
    const left: Asked<Item>[] = [];
    for (const asked of waiting) {
      const key = keyOf(asked.item);
      if (taken.has(key) || taken.size >= mostItems) left.push(asked);
      else taken.set(key, asked);
    }
    waiting = left;
    return [...taken.values()];
  };
  const alone = ({ item, done, failed }: Asked<Item>) => work([item]).then(done, failed);
  const all = async (asked: readonly Asked<Item>[]) => {
    try {
      await work(asked.map(({ item }) => item));
      for (const { done } of asked) done();
    } catch (error) {
      const [first, ...others] = asked;
      if (others.length === 0) first?.failed(error);
      else await Promise.all(asked.map(alone));
    }
  };
  const pieces = oneAtATime(
    () => waiting.length > 0,
    async () => {
      await pause(gatherMs);
      await all(take());
    },
  );
  return (item) =>
    new Promise((done, failed) => {
      waiting.push({ item, done, failed });
      pieces.wake();
    });
}
