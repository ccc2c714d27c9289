/** Redis as services use it: never waited for. A command that is not answered at once fails, and after a few failures none is tried for a while. */
import { Redis } from 'ioredis';
import { type Breaker, createBreaker } from './breaker.ts';
import type { Logger } from './log.ts';

export interface RedisOptions {
  /** `redis://host:port` */
  readonly url: string;
  /** `gateway->redis`: the breaker's name. */
  readonly edge: string;
  readonly log: Logger;
}

export interface RedisStore {
  /** Runs commands under the breaker; rejects when Redis is away, too slow, or was left alone. */
  use<Answer>(work: (redis: Redis) => Promise<Answer>): Promise<Answer>;
  close(): Promise<void>;
}

/** What a service promises about its calls to Redis. */
export const TO_REDIS = {
  deadlineMs: 100,
  breaker: { threshold: 5, counts: 'attempts', timeoutMs: 100, openMs: 1_000, probes: 1, graceMs: 50 },
  idempotent: false,
} as const;

/** Connects in the background and again whenever the connection is lost. */
export function openRedis({ url, edge, log }: RedisOptions): RedisStore {
  const redis = new Redis(url, {
    connectTimeout: 500,
    commandTimeout: TO_REDIS.deadlineMs,
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    enableReadyCheck: false,
    retryStrategy: (tries) => Math.min(50 * tries, 500),
  });
  // Without a listener a lost connection would end the process. The breaker tells of it.
  redis.on('error', () => undefined);
  const breaker: Breaker = createBreaker({ edge, ...TO_REDIS.breaker, log });
  return {
    use: (work) => breaker.attempt(() => work(redis)),
    close: async () => redis.disconnect(),
  };
}
