/** The keys that sign tokens: made, rotated and published. They live in the database, so that all instances sign with the same. */
import { createPrivateKey, createPublicKey, generateKeyPairSync, type JsonWebKey, randomUUID } from 'node:crypto';
import { importJWK } from 'jose/key/import';
import type { Database, Statement } from '../kit/database.ts';
import { type Logger, reasonOf } from '../kit/log.ts';
import { nowMs, pause } from '../kit/time.ts';
import { isRotationDue, type KeyRules, type KeyTimes, publishedKeys, signingKey } from './key-ring.ts';

export const ALGORITHM = 'EdDSA';

interface StoredKey extends KeyTimes {
  readonly privateJwk: JsonWebKey;
}

export interface KeyStore {
  /** The key that signs now; made where there is none. */
  signing(): Promise<{ readonly kid: string; readonly key: Awaited<ReturnType<typeof importJWK>> }>;
  /** The public halves (RFC 7517) of all keys by which a token that is good may have been signed. */
  published(): Promise<{ readonly keys: readonly object[] }>;
  /** A new key signs from now on; the others stay published until their tokens have expired. */
  rotate(): Promise<string>;
  /** Rotates in time, until stopped. */
  keepFresh(log: Logger): () => Promise<void>;
}

const ALL: Statement = {
  name: 'keys-all',
  text: `select kid, private_jwk as "privateJwk", created_at as "createdAt", signs_until as "signsUntil" from signing_keys`,
};
const ADD: Statement = {
  name: 'key-add',
  text: 'insert into signing_keys (kid, private_jwk, created_at, signs_until) values ($1, $2::jsonb, $3::bigint, $4::bigint)',
};
const REPLACE: Statement = {
  name: 'key-replace',
  text: `with ended as (update signing_keys set signs_until = $3::bigint where signs_until > $3::bigint)
    insert into signing_keys (kid, private_jwk, created_at, signs_until) values ($1, $2::jsonb, $3::bigint, $4::bigint)`,
};
const FORGET: Statement = { name: 'keys-forget', text: 'delete from signing_keys where signs_until < $1::bigint' };

const LOOK_EVERY_MS = 60_000;

export function createKeyStore(database: Database, rules: KeyRules): KeyStore {
  const imported = new Map<string, Promise<Awaited<ReturnType<typeof importJWK>>>>();
  const all = () => database.run<StoredKey>(ALL, []);
  const make = async (statement: Statement) => {
    const now = nowMs();
    const kid = randomUUID();
    const { privateKey } = generateKeyPairSync('ed25519');
    const jwk = JSON.stringify(privateKey.export({ format: 'jwk' }));
    await database.run(statement, [kid, jwk, now, now + rules.signsForMs]);
    return kid;
  };
  const current = async () => signingKey(await all(), nowMs());
  const keepFreshOnce = async () => {
    const now = nowMs();
    if (isRotationDue(await all(), now, rules)) await make(ADD);
    await database.run(FORGET, [now - rules.tokenMs - rules.skewMs]);
  };
  return {
    async signing() {
      const found = (await current()) ?? (await make(ADD).then(current));
      if (found === undefined) throw new Error('there is no key to sign with');
      const key = imported.get(found.kid) ?? importJWK({ ...found.privateJwk }, ALGORITHM);
      imported.set(found.kid, key);
      return { kid: found.kid, key: await key };
    },
    async published() {
      const keys = publishedKeys(await all(), nowMs(), rules);
      return { keys: keys.map(({ kid, privateJwk }) => publicHalf(kid, privateJwk)) };
    },
    rotate: () => make(REPLACE),
    keepFresh(log) {
      const stopping = new AbortController();
      const work = (async () => {
        while (!stopping.signal.aborted) {
          await keepFreshOnce().catch((error) => log.warn({ reason: reasonOf(error) }, 'the keys were not looked at'));
          await pause(Math.min(LOOK_EVERY_MS, rules.signsForMs / 20), stopping.signal);
        }
      })();
      return async () => {
        stopping.abort();
        await work;
      };
    },
  };
}

function publicHalf(kid: string, privateJwk: JsonWebKey): object {
  const publicKey = createPublicKey(createPrivateKey({ key: privateJwk, format: 'jwk' }));
  return { ...publicKey.export({ format: 'jwk' }), kid, alg: ALGORITHM, use: 'sig' };
}
