/**
 * Tokens whose signature was good: it is not worked out again while the same key is published and the token has not expired.
 * Working it out takes a turn in Node's thread pool, for which a request would wait longer than for all else that the door does.
 */
import type { CryptoKey, FlattenedJWSInput, JWSHeaderParameters, JWTPayload, JWTVerifyOptions } from 'jose';
import { jwtVerify } from 'jose/jwt/verify';
import { nowMs } from '../kit/time.ts';
import type { KeySource } from './key-source.ts';

/** The claims of a token; rejects when it is not good. */
export type VerifyToken = (token: string) => Promise<JWTPayload>;

interface Verified {
  readonly header: JWSHeaderParameters;
  readonly input: FlattenedJWSInput;
  readonly key: CryptoKey;
  readonly payload: JWTPayload;
}

/** Tokens that are remembered; the one that was verified first goes first. */
const MOST = 1_000;

export function createTokenVerifier(keys: KeySource, rules: JWTVerifyOptions, most = MOST): VerifyToken {
  const verified = new Map<string, Verified>();
  const isStillGood = async ({ header, input, key, payload }: Verified) =>
    nowMs() < Number(payload.exp) * 1_000 && (await keys.find(header, input)) === key;

  return async (token) => {
    const known = verified.get(token);
    if (known !== undefined && (await isStillGood(known))) return known.payload;
    verified.delete(token);
    let found: Pick<Verified, 'header' | 'input' | 'key'> | undefined;
    const find = async (header: JWSHeaderParameters, input: FlattenedJWSInput) => {
      const key = await keys.find(header, input);
      found = { header, input, key };
      return key;
    };
    const { payload } = await jwtVerify(token, find, rules);
    if (found !== undefined) verified.set(token, { ...found, payload });
    const [oldest] = verified.size > most ? verified.keys() : [];
    if (oldest !== undefined) verified.delete(oldest);
    return payload;
  };
}
