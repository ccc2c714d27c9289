/**
 * How much there is of a product, asked often and answered fast: hot counts in Redis beside the database (read-aside). What
 * changes a count drops it; a count lives for a moment only, so one that was read while it changed is soon gone. Counts
 * are hints: whether there is enough is decided when stock is set aside. With Redis away the database is asked.
 */
import { type Logger, reasonOf } from '../kit/log.ts';
import type { RedisStore } from '../kit/redis.ts';
import { pause } from '../kit/time.ts';
import type { StockStore } from './store.ts';

/** Available pieces by product; products that are not sold here are missing. */
export type Levels = ReadonlyMap<string, number>;

export interface Availability {
  levels(productIds: readonly string[]): Promise<Levels>;
  /** Tells that what was set aside for the order has changed; `productIds` where it is known of which products. */
  changed(orderId: string, productIds?: readonly string[]): Promise<void>;
  /** Sends the count of a product now and whenever it is another, until `gone`. */
  watch(productId: string, send: (available: number) => void, gone: AbortSignal): Promise<void>;
}

export interface AvailabilityOptions {
  readonly store: StockStore;
  readonly redis: RedisStore | undefined;
  readonly log: Logger;
}

const HOT_SECONDS = 2;
/** How often a watched product is looked at although nobody told of a change: another instance may have made it. */
const LOOK_EVERY_MS = 1_000;

export function createAvailability({ store, redis, log }: AvailabilityOptions): Availability {
  /** Where somebody watches: aborted when a count has changed. */
  let news: AbortController | undefined;

  const hot = async (productIds: readonly string[]): Promise<Map<string, number>> => {
    if (redis === undefined) return new Map();
    try {
      const counts = await redis.use((client) => client.mget(productIds.map(keyOf)));
      return new Map(productIds.flatMap((id, index) => (counts[index] == null ? [] : [[id, Number(counts[index])]])));
    } catch (error) {
      log.debug({ reason: reasonOf(error) }, 'hot counts could not be read');
      return new Map();
    }
  };
  /** Nobody waits for this, and it never fails. */
  const keep = async (levels: Levels) => {
    if (redis === undefined || levels.size === 0) return;
    await redis
      .use((client) => {
        const pipeline = client.pipeline();
        for (const [id, available] of levels) pipeline.set(keyOf(id), available, 'EX', HOT_SECONDS);
        return pipeline.exec();
      })
      .catch((error: unknown) => log.debug({ reason: reasonOf(error) }, 'hot counts could not be kept'));
  };
  const levels = async (productIds: readonly string[]) => {
    const known = await hot(productIds);
    const missing = productIds.filter((id) => !known.has(id));
    if (missing.length === 0) return known;
    const fresh = new Map((await store.levels(missing)).map(({ productId, available }) => [productId, available]));
    void keep(fresh);
    return new Map([...known, ...fresh]);
  };

  return {
    levels,
    async changed(orderId, known) {
      try {
        const productIds = known ?? (await store.productsOf(orderId));
        if (redis !== undefined && productIds.length > 0) {
          await redis.use((client) => client.del(...productIds.map(keyOf)));
        }
      } catch (error) {
        log.debug({ orderId, reason: reasonOf(error) }, 'hot counts could not be dropped and age out');
      }
      news?.abort();
      news = undefined;
    },
    async watch(productId, send, gone) {
      let last: number | undefined;
      while (!gone.aborted) {
        const [level] = await store.levels([productId]);
        if (level === undefined) return;
        if (level.available !== last) send(level.available);
        last = level.available;
        news ??= new AbortController();
        await pause(LOOK_EVERY_MS, AbortSignal.any([gone, news.signal]));
      }
    },
  };
}

function keyOf(productId: string): string {
  return `inventory:stock:${productId}`;
}
