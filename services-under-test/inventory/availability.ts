/**
 * How much there is of a product, asked often and answered fast: hot counts in Redis beside the database. What changes a
 * count writes it there too, and what is read in the database is kept; an older count never replaces a newer one. Counts
 * are hints: whether there is enough is decided when stock is set aside. With Redis away the database is asked.
 */
import { type Logger, reasonOf } from '../kit/log.ts';
import type { RedisStore } from '../kit/redis.ts';
import { pause } from '../kit/time.ts';
import { together } from '../kit/together.ts';
import type { Count, StockStore } from './store.ts';

/** Available pieces by product; products that are not sold here are missing. */
export type Levels = ReadonlyMap<string, number>;

export interface Availability {
  levels(productIds: readonly string[]): Promise<Levels>;
  /** Tells of counts that have changed. Never fails. */
  changed(counts: readonly Count[]): Promise<void>;
  /** Sends the count of a product now and whenever it is another, until `gone`. */
  watch(productId: string, send: (available: number) => void, gone: AbortSignal): Promise<void>;
}

export interface AvailabilityOptions {
  readonly store: StockStore;
  readonly redis: RedisStore | undefined;
  readonly log: Logger;
}

/** A count that nobody could write (Redis was away, the process ended) is soon gone. */
const HOT_SECONDS = 2;
/** Changes are written together after so long: the events that tell of them leave first, and a count is a hint. */
const GATHER_MS = 10;
/** How often a watched product is looked at although nobody told of a change: another instance may have made it. */
const LOOK_EVERY_MS = 1_000;

/** Each key gets its count with the version behind it, unless it has a newer one. */
const KEEP = `
for i, key in ipairs(KEYS) do
  local version = ARGV[2 * i + 1]
  local known = string.match(redis.call('GET', key) or '', '@(%d+)$')
  if not known or tonumber(known) <= tonumber(version) then
    redis.call('SET', key, ARGV[2 * i] .. '@' .. version, 'EX', ARGV[1])
  end
end`;

export function createAvailability({ store, redis, log }: AvailabilityOptions): Availability {
  /** Where somebody watches: aborted when a count has changed. */
  let news: AbortController | undefined;

  const hot = async (productIds: readonly string[]): Promise<Map<string, number>> => {
    if (redis === undefined) return new Map();
    try {
      const counts = await redis.use((client) => client.mget(productIds.map(keyOf)));
      return new Map(
        productIds.flatMap((id, index) => (counts[index] == null ? [] : [[id, Number.parseInt(counts[index], 10)]])),
      );
    } catch (error) {
      log.debug({ reason: reasonOf(error) }, 'hot counts could not be read');
      return new Map();
    }
  };
  /** Nobody waits for this, and it never fails. */
  const keep = async (counts: readonly Count[]) => {
    if (redis === undefined || counts.length === 0) return;
    const keys = counts.map(({ productId }) => keyOf(productId));
    const values = counts.flatMap(({ available, version }) => [available, version]);
    await redis
      .use((client) => client.eval(KEEP, keys.length, ...keys, HOT_SECONDS, ...values))
      .catch((error: unknown) => log.debug({ reason: reasonOf(error) }, 'hot counts could not be kept and age out'));
  };
  const change = together<Count>({ keyOf: ({ productId }) => productId, work: keep, gatherMs: GATHER_MS });
  const levels = async (productIds: readonly string[]) => {
    const known = await hot(productIds);
    const missing = productIds.filter((id) => !known.has(id));
    if (missing.length === 0) return known;
    const fresh = await store.counts(missing);
    void keep(fresh);
    return new Map([...known, ...fresh.map(({ productId, available }) => [productId, available] as const)]);
  };

  return {
    levels,
    async changed(counts) {
      await Promise.all(counts.map(change));
      news?.abort();
      news = undefined;
    },
    async watch(productId, send, gone) {
      let last: number | undefined;
      while (!gone.aborted) {
        const [level] = await store.counts([productId]);
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
