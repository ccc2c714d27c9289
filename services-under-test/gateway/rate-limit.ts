/**
 * Rate limiting: a token bucket per client, kept in Redis so that all gateways share it. While Redis is away the door
 * stays open (fail-open), but not wide: each gateway then counts by itself, with a bucket a quarter as large.
 */
import type { Logger } from '../kit/log.ts';
import { ProblemError } from '../kit/problem.ts';
import type { RedisStore } from '../kit/redis.ts';
import { nowMs } from '../kit/time.ts';
import { type Bucket, type Rate, TAKE_TOKEN, takeToken } from './token-bucket.ts';

/** Takes a token of `client`, or throws a 429 problem that says when to come again. */
export type Limit = (client: string, rate?: Rate) => Promise<void>;

export interface RateLimitOptions {
  readonly redis: RedisStore;
  /** For clients that have no rate of their own. */
  readonly rate: Rate;
  readonly log: Logger;
}

/** Of its rate, what a client gets of each gateway while Redis is away. */
const LOCAL_SHARE = 1 / 4;
/** Clients whose buckets are remembered locally. */
const MOST_LOCAL = 10_000;

export function createRateLimit({ redis, rate: usual, log }: RateLimitOptions): Limit {
  const local = new Map<string, Bucket>();
  let shared = true;

  const takeLocally = (client: string, { perSecond, burst }: Rate): number => {
    const less = { perSecond: perSecond * LOCAL_SHARE, burst: Math.max(1, Math.floor(burst * LOCAL_SHARE)) };
    const { bucket, retryAfterMs } = takeToken(local.get(client), less, nowMs());
    if (local.size >= MOST_LOCAL) local.clear();
    local.set(client, bucket);
    return retryAfterMs;
  };
  const tell = (isShared: boolean) => {
    if (shared === isShared) return;
    shared = isShared;
    if (isShared) local.clear();
    log.info({ event: 'rate-limit', shared }, shared ? 'buckets are shared again' : 'buckets are counted locally');
  };
  return async (client, rate = usual) => {
    let retryAfterMs: number;
    try {
      const { perSecond, burst } = rate;
      const answer = await redis.use((commands) =>
        commands.eval(TAKE_TOKEN, 1, `gateway:rate:${client}`, perSecond, burst),
      );
      retryAfterMs = Number((answer as readonly unknown[])[1]);
      tell(true);
    } catch {
      retryAfterMs = takeLocally(client, rate);
      tell(false);
    }
    if (retryAfterMs === 0) return;
    throw new ProblemError(429, 'Too many requests', {
      detail: 'this client has made too many calls',
      retryAfterSeconds: Math.max(1, Math.ceil(retryAfterMs / 1_000)),
    });
  };
}
