/**
 * Read-aside cache: a product is looked for in Redis first and then in the database, which is asked once however many want
 * the same product at that moment (stampede protection, within this process and, by a short lock, among all instances).
 * A change is told by an event, which marks the cached copy as outdated; an older copy never replaces a newer one. While Redis is
 * away every answer comes from the database.
 */
import type { Redis } from 'ioredis';
import type { RedisStore } from '../kit/redis.ts';
import { pause } from '../kit/time.ts';
import type { Product } from './rules.ts';

export interface Cached {
  readonly product: Product | undefined;
  readonly from: 'cache' | 'database';
}

export interface ProductCache {
  find(productId: string): Promise<Cached>;
  /** The product is as in this version now: what the cache holds of an older one is not used any more. Rejects while Redis is away. */
  outdate(productId: string, version: number): Promise<void>;
}

export interface ProductCacheOptions {
  readonly redis: RedisStore;
  readonly load: (productId: string) => Promise<Product | undefined>;
  /** A copy is used for so long, whatever events were lost. */
  readonly keepMs: number;
}

/** As long as a load may take: then another instance tries. */
const LOCK_MS = 300;
const LOOK_AGAIN_MS = 10;

/** A hash with `version`, and `body` while it is of that version. Nothing is stored over a newer version. */
const STORE = `
local known = tonumber(redis.call('HGET', KEYS[1], 'version') or '-1')
local version = tonumber(ARGV[1])
if known > version or (known == version and ARGV[2] == '') then return 0 end
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'version', version, 'body', ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1`;

export function createProductCache({ redis, load, keepMs }: ProductCacheOptions): ProductCache {
  const underWay = new Map<string, Promise<Cached>>();

  const look = async (productId: string): Promise<Product | undefined> => {
    const body = await redis.use((commands) => commands.hget(keyOf(productId), 'body'));
    return body ? (JSON.parse(body) as Product) : undefined;
  };
  const keep = (productId: string, version: number, body: string) =>
    redis.use((commands) => commands.eval(STORE, 1, keyOf(productId), version, body, keepMs));

  const loadOnce = async (productId: string): Promise<Cached> => {
    const locked = await redis.use((commands) => lock(commands, productId)).catch(() => true);
    for (let waitedMs = 0; !locked && waitedMs < LOCK_MS; waitedMs += LOOK_AGAIN_MS) {
      await pause(LOOK_AGAIN_MS);
      const product = await look(productId).catch(() => undefined);
      if (product !== undefined) return { product, from: 'cache' };
    }
    const product = await load(productId);
    if (product !== undefined) await keep(productId, product.version, JSON.stringify(product)).catch(() => undefined);
    await redis.use((commands) => commands.del(lockOf(productId))).catch(() => undefined);
    return { product, from: 'database' };
  };
  return {
    async find(productId) {
      const product = await look(productId).catch(() => undefined);
      if (product !== undefined) return { product, from: 'cache' };
      const known = underWay.get(productId);
      if (known !== undefined) return known;
      const loading = loadOnce(productId).finally(() => underWay.delete(productId));
      underWay.set(productId, loading);
      return loading;
    },
    outdate: async (productId, version) => void (await keep(productId, version, '')),
  };
}

async function lock(commands: Redis, productId: string): Promise<boolean> {
  return (await commands.set(lockOf(productId), '1', 'PX', LOCK_MS, 'NX')) === 'OK';
}

function lockOf(productId: string): string {
  return `catalog:lock:${productId}`;
}

/** Services share the server and keep to keys that begin with their name. */
function keyOf(productId: string): string {
  return `catalog:product:${productId}`;
}
