/**
 * Public keys by which tokens are checked: a file, or the key set that the user service publishes. The latter is fetched
 * when a token names a key that is not known yet (keys are rotated), but not more often than every few seconds, whatever
 * callers send; it is kept while the user service is away.
 */
import { readFile } from 'node:fs/promises';
import type { CryptoKey, FlattenedJWSInput, JSONWebKeySet, JWSHeaderParameters } from 'jose';
import { createLocalJWKSet } from 'jose/jwks/local';
import { type Logger, reasonOf } from '../kit/log.ts';
import { ProblemError } from '../kit/problem.ts';
import { nowMs } from '../kit/time.ts';

export interface KeySource {
  /** The key that a token's header names; rejects when there is none. */
  readonly find: (header: JWSHeaderParameters, token: FlattenedJWSInput) => Promise<CryptoKey>;
}

export async function keysFromFile(file: string): Promise<KeySource> {
  return { find: createLocalJWKSet(JSON.parse(await readFile(file, 'utf8'))) };
}

/** Asks one source after the other. */
export function firstOf(...sources: readonly KeySource[]): KeySource {
  return {
    async find(header, token) {
      let refusal: unknown;
      for (const source of sources) {
        try {
          return await source.find(header, token);
        } catch (error) {
          refusal = error;
        }
      }
      throw refusal;
    },
  };
}

export interface PublishedKeysOptions {
  /** Fetches the key set. */
  readonly fetch: () => Promise<unknown>;
  /** At least so long between two fetches. */
  readonly cooldownMs: number;
  /** A key set older than this is fetched anew: a key that was withdrawn must not open doors for ever. */
  readonly maxAgeMs: number;
  readonly log: Logger;
  readonly now?: () => number;
}

export function publishedKeys({ fetch, cooldownMs, maxAgeMs, log, now = nowMs }: PublishedKeysOptions): KeySource {
  let keys: ReturnType<typeof createLocalJWKSet> | undefined;
  let fetchedAt = Number.NEGATIVE_INFINITY;
  let askedAt = Number.NEGATIVE_INFINITY;
  let asking: Promise<void> | undefined;

  const ask = async () => {
    askedAt = now();
    try {
      keys = createLocalJWKSet((await fetch()) as JSONWebKeySet);
      fetchedAt = now();
      log.info('the key set was fetched');
    } catch (error) {
      log.warn({ reason: reasonOf(error) }, 'the key set could not be fetched');
    }
  };
  const refresh = async () => {
    if (asking === undefined && now() - askedAt < cooldownMs) return;
    asking ??= ask().finally(() => {
      asking = undefined;
    });
    await asking;
  };
  const known = async (header: JWSHeaderParameters, token: FlattenedJWSInput) => {
    if (keys === undefined)
      throw new ProblemError(503, 'Keys unavailable', {
        detail: 'tokens cannot be checked now',
        retryAfterSeconds: 1,
      });
    return keys(header, token);
  };
  return {
    async find(header, token) {
      if (keys === undefined || now() - fetchedAt > maxAgeMs) await refresh();
      try {
        return await known(header, token);
      } catch (error) {
        if ((error as { code?: unknown }).code !== 'ERR_JWKS_NO_MATCHING_KEY') throw error;
        const before = fetchedAt;
        await refresh();
        if (fetchedAt === before) throw error;
        return known(header, token);
      }
    },
  };
}
