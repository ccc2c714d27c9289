/** Access tokens (RFC 9068): signed, short-lived, and checked by everybody with the published keys alone. */
import { randomUUID } from 'node:crypto';
import { SignJWT } from 'jose/jwt/sign';
import { nowMs } from '../kit/time.ts';
import { ALGORITHM, type KeyStore } from './key-store.ts';

export interface TokenRules {
  readonly issuer: string;
  readonly audience: string;
  /** How long a token is good, in seconds. */
  readonly lifetimeSeconds: number;
}

/** For whom a token is: a customer, or a partner's program acting for itself. */
export interface Subject {
  readonly id: string;
  readonly scopes: readonly string[];
  readonly isClient: boolean;
}

export interface TokenAnswer {
  readonly access_token: string;
  readonly token_type: 'Bearer';
  readonly expires_in: number;
  readonly scope: string;
}

export type Issue = (subject: Subject) => Promise<TokenAnswer>;

export function createIssuer(keys: KeyStore, { issuer, audience, lifetimeSeconds }: TokenRules): Issue {
  return async ({ id, scopes, isClient }) => {
    const { kid, key } = await keys.signing();
    const nowSeconds = Math.floor(nowMs() / 1_000);
    const scope = scopes.join(' ');
    const token = await new SignJWT({ scope, ...(isClient && { client_id: id }) })
      .setProtectedHeader({ alg: ALGORITHM, kid, typ: 'at+jwt' })
      .setSubject(id)
      .setIssuer(issuer)
      .setAudience(audience)
      .setJti(randomUUID())
      .setIssuedAt(nowSeconds)
      .setExpirationTime(nowSeconds + lifetimeSeconds)
      .sign(key);
    return { access_token: token, token_type: 'Bearer', expires_in: lifetimeSeconds, scope };
  };
}
