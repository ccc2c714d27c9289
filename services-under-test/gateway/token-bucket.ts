/** Token bucket: a client may make `burst` calls at once, and gets `perSecond` more each second. Plain arithmetic; also stands as a script in Redis. */

export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

export interface Bucket {
  readonly tokens: number;
  /** Epoch ms at which that was so. */
  readonly at: number;
}

export interface Taken {
  readonly allowed: boolean;
  readonly bucket: Bucket;
  /** How long until there is a token again; 0 when one was taken. */
  readonly retryAfterMs: number;
}

/** Takes one token from a bucket (a full one where there was none). */
export function takeToken(bucket: Bucket | undefined, { perSecond, burst }: Rate, nowMs: number): Taken {
  const since = bucket === undefined ? 0 : Math.max(0, nowMs - bucket.at);
  const tokens = Math.min(burst, (bucket?.tokens ?? burst) + (since * perSecond) / 1_000);
  if (tokens >= 1) return { allowed: true, bucket: { tokens: tokens - 1, at: nowMs }, retryAfterMs: 0 };
  const retryAfterMs = Math.ceil(((1 - tokens) * 1_000) / perSecond);
  return { allowed: false, bucket: { tokens, at: nowMs }, retryAfterMs };
}

/**
 * The same in Redis, in one atomic step and by Redis's clock, so that several gateways share a bucket.
 * KEYS[1] the bucket; ARGV perSecond, burst. Answers { allowed, retryAfterMs }. A bucket that is full again is forgotten.
 */
export const TAKE_TOKEN = `
local rate, burst = tonumber(ARGV[1]), tonumber(ARGV[2])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local bucket = redis.call('HMGET', KEYS[1], 'tokens', 'at')
local since = math.max(0, now - (tonumber(bucket[2]) or now))
local tokens = math.min(burst, (tonumber(bucket[1]) or burst) + since * rate / 1000)
local allowed = tokens >= 1
if allowed then tokens = tokens - 1 end
redis.call('HSET', KEYS[1], 'tokens', tostring(tokens), 'at', tostring(now))
redis.call('PEXPIRE', KEYS[1], math.ceil((burst - tokens) * 1000 / rate) + 1000)
return { allowed and 1 or 0, allowed and 0 or math.ceil((1 - tokens) * 1000 / rate) }
`;
