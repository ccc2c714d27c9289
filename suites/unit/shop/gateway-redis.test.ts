/** What the gateway keeps in Redis: how often a client may come, and pages that are the same for everybody. Redis itself is real. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRateLimit } from '../../../services-under-test/gateway/rate-limit.ts';
import { createResponseCache, isCached, isUnchanged } from '../../../services-under-test/gateway/response-cache.ts';
import { takeToken } from '../../../services-under-test/gateway/token-bucket.ts';
import type { HttpAnswer } from '../../../services-under-test/kit/http-client.ts';
import { openRedis, type RedisStore } from '../../../services-under-test/kit/redis.ts';
import { type RedisServer, startRedis, untilAnswers } from './redis-server.ts';
import { quietLog } from './upstream.ts';

let server: RedisServer;
let redis: RedisStore;
beforeAll(async () => {
  server = await startRedis();
  redis = openRedis({ url: server.url, edge: 'gateway->redis', log: quietLog });
  await untilAnswers(redis);
});
afterAll(async () => {
  await redis.close();
  await server.end();
});

const RATE = { perSecond: 4, burst: 8 };

/** How many of `calls` at once were let in; the others were told to come again. */
async function admitted(limit: ReturnType<typeof createRateLimit>, client: string, calls: number): Promise<number> {
  const results = await Promise.allSettled(Array.from({ length: calls }, () => limit(client)));
  for (const result of results.filter(({ status }) => status === 'rejected'))
    expect(result).toMatchObject({ reason: { status: 429, retryAfterSeconds: 1 } });
  return results.filter(({ status }) => status === 'fulfilled').length;
}

test('a bucket gives what it holds, then one token for every interval', () => {
  let bucket = takeToken(undefined, { perSecond: 2, burst: 2 }, 0).bucket;
  bucket = takeToken(bucket, { perSecond: 2, burst: 2 }, 0).bucket;
  const empty = takeToken(bucket, { perSecond: 2, burst: 2 }, 100);
  expect(empty).toMatchObject({ allowed: false, retryAfterMs: 400 });
  expect(takeToken(empty.bucket, { perSecond: 2, burst: 2 }, 500).allowed).toBe(true);
  expect(takeToken(bucket, { perSecond: 2, burst: 2 }, 60_000).bucket.tokens).toBe(1);
});

test('of calls at once a client gets as many as its bucket holds, whichever gateway it asks', async () => {
  const limit = createRateLimit({ redis, rate: RATE, log: quietLog });
  const another = createRateLimit({ redis, rate: RATE, log: quietLog });
  const [here, there] = await Promise.all([admitted(limit, 'user-1', 10), admitted(another, 'user-1', 10)]);
  expect(here + there).toBe(8);
  expect(await admitted(limit, 'user-2', 3)).toBe(3);
});

test('while Redis is away the door stays open, with a bucket a quarter as large', async () => {
  const limit = createRateLimit({ redis, rate: RATE, log: quietLog });
  expect(await admitted(limit, 'user-3', 1)).toBe(1);
  await server.end();
  expect(await admitted(limit, 'user-3', 10)).toBe(2);
  await server.start();
  await untilAnswers(redis);
  expect(await admitted(limit, 'user-4', 10)).toBe(8);
});

function page(body: unknown, status = 200): HttpAnswer {
  return { status, headers: {}, body };
}

test('a page is asked for once, given again while it is fresh, and stands in while the upstream is away', async () => {
  const cache = createResponseCache({ redis, freshMs: 200, staleMs: 60_000 });
  let asked = 0;
  const ask = async () => page({ available: ++asked });
  const first = await Promise.all([cache('/stock/a', ask), cache('/stock/a', ask)]);
  expect(asked).toBe(1);
  expect(first[0]).toMatchObject({ status: 'miss', page: { body: { available: 1 } } });
  await expect.poll(async () => (await cache('/stock/a', ask)).status, { interval: 5 }).toBe('hit');
  await expect.poll(async () => (await cache('/stock/a', away)).status, { interval: 20 }).toBe('stale');
  expect(await cache('/stock/a', away)).toMatchObject({ page: { body: { available: 1 } } });
  await expect(cache('/stock/b', away)).rejects.toThrow('away');
});

async function away(): Promise<HttpAnswer> {
  throw new Error('away');
}

test('what is no 200 is not kept', async () => {
  const cache = createResponseCache({ redis, freshMs: 60_000, staleMs: 0 });
  expect(isCached(await cache('/stock/c', async () => page({}, 404)))).toBe(false);
  expect(await cache('/stock/c', async () => page({ available: 1 }))).toMatchObject({ status: 'miss' });
});

test('a refusal is given to the request it was made for only', async () => {
  const cache = createResponseCache({ redis, freshMs: 60_000, staleMs: 0 });
  const ask = (correlationId: string) => async () => page({ correlationId }, 400);
  const both = await Promise.all([cache('/search?q=', ask('one')), cache('/search?q=', ask('another'))]);
  expect(both).toMatchObject([{ body: { correlationId: 'one' } }, { body: { correlationId: 'another' } }]);
});

test('without Redis every request goes to the upstream', async () => {
  const cache = createResponseCache({ redis, freshMs: 60_000, staleMs: 0 });
  await server.end();
  let asked = 0;
  const ask = async () => page({ available: ++asked });
  await cache('/stock/d', ask);
  expect(await cache('/stock/d', ask)).toMatchObject({ status: 'miss', page: { body: { available: 2 } } });
  await server.start();
  await untilAnswers(redis);
});

test('a validator matches by what it names, weak or in a list', () => {
  expect(isUnchanged('"x"', '"x"')).toBe(true);
  expect(isUnchanged('"y", W/"x"', '"x"')).toBe(true);
  expect(isUnchanged('*', '"x"')).toBe(true);
  expect(isUnchanged('"y"', '"x"')).toBe(false);
  expect(isUnchanged(undefined, '"x"')).toBe(false);
});
