/**
 * Response cache for what is the same for everybody: answers with a validator (ETag) and a time to live, kept longer than
 * that so that they can stand in for an upstream that is away (stale-if-error, RFC 5861). Misses for one page at one time
 * are one question to the upstream. Without Redis every request goes to the upstream, as if there were no cache.
 */
import { createHash } from 'node:crypto';
import type { HttpAnswer } from '../kit/http-client.ts';
import type { RedisStore } from '../kit/redis.ts';
import { nowMs } from '../kit/time.ts';

export interface CacheOptions {
  readonly redis: RedisStore;
  /** An answer is given again for so long without asking. */
  readonly freshMs: number;
  /** And for so long while the upstream is away. */
  readonly staleMs: number;
}

export interface CachedPage {
  readonly body: unknown;
  readonly etag: string;
  readonly storedAt: number;
}

export type CacheStatus = 'hit' | 'miss' | 'stale';

export interface CacheAnswer {
  readonly status: CacheStatus;
  readonly page: CachedPage;
}

/** The page at `path`, or the upstream's answer where that is no 200. Rejects as `ask` does, unless a stale page can stand in. */
export type ResponseCache = (path: string, ask: () => Promise<HttpAnswer>) => Promise<CacheAnswer | HttpAnswer>;

export function createResponseCache({ redis, freshMs, staleMs }: CacheOptions): ResponseCache {
  const asking = new Map<string, Promise<CacheAnswer | HttpAnswer>>();

  const askAndKeep = async (path: string, ask: () => Promise<HttpAnswer>): Promise<CacheAnswer | HttpAnswer> => {
    const answer = await ask();
    if (answer.status !== 200) return answer;
    const page: CachedPage = { body: answer.body, etag: etagOf(answer.body), storedAt: nowMs() };
    // Nobody waits for the cache to be filled.
    redis.use((commands) => commands.set(keyOf(path), JSON.stringify(page), 'PX', freshMs + staleMs)).catch(nothing);
    return { status: 'miss', page };
  };
  const lookUp = async (path: string, ask: () => Promise<HttpAnswer>): Promise<CacheAnswer | HttpAnswer> => {
    const kept = await redis.use((commands) => commands.get(keyOf(path))).then(pageOf, nothing);
    if (kept !== undefined && nowMs() - kept.storedAt < freshMs) return { status: 'hit', page: kept };
    return askAndKeep(path, ask).catch((error: unknown) => {
      if (kept === undefined) throw error;
      return { status: 'stale', page: kept };
    });
  };
  return (path, ask) => {
    // The look into the cache is shared as well: else one who looked before the page came would ask after it did.
    const shared = asking.get(path);
    // What is no page is for one request only: a refusal names the correlation id that it was refused under.
    if (shared !== undefined) return shared.then(async (answer) => (isCached(answer) ? answer : ask()));
    const answer = lookUp(path, ask).finally(() => asking.delete(path));
    asking.set(path, answer);
    return answer;
  };
}

/** True for what the cache answers, false for what the upstream did. */
export function isCached(answer: CacheAnswer | HttpAnswer): answer is CacheAnswer {
  return 'page' in answer;
}

/** True when `If-None-Match` names the page as it is. */
export function isUnchanged(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  return ifNoneMatch.split(',').some((one) => one.trim().replace(/^W\//, '') === etag || one.trim() === '*');
}

function etagOf(body: unknown): string {
  return `"${createHash('sha256').update(JSON.stringify(body)).digest('base64url').slice(0, 22)}"`;
}

function keyOf(path: string): string {
  return `gateway:page:${path}`;
}

function pageOf(text: string | null): CachedPage | undefined {
  return text === null ? undefined : (JSON.parse(text) as CachedPage);
}

function nothing(): undefined {
  return undefined;
}
