/** Who is calling: a customer with a bearer JWT, a partner with an API key, or anybody. Checked before anything else happens. */
import type { IncomingHttpHeaders } from 'node:http';
import type { JWTPayload } from 'jose';
import { ProblemError } from '../kit/problem.ts';
import type { PartnerKeys } from './api-keys.ts';
import type { KeySource } from './key-source.ts';
import { createTokenVerifier } from './verified-tokens.ts';

export interface AuthenticationOptions {
  /** Where the public key of a token is looked up. */
  readonly keys: KeySource;
  readonly issuer: string;
  readonly audience: string;
  /** Without it nobody is a partner. */
  readonly partners?: PartnerKeys;
}

/** The one who calls. A limit of its own (calls a second, calls at once) where it has one. */
export interface Client {
  readonly kind: 'customer' | 'partner';
  readonly id: string;
  readonly scopes: readonly string[];
  readonly limit?: { readonly perSecond: number; readonly burst: number };
}

/** Answers who calls; undefined when the request names nobody; throws a 401 problem when what it shows is not good. */
export type Authenticate = (headers: IncomingHttpHeaders) => Promise<Client | undefined>;

/** Clocks of issuer and gateway may differ by this much. */
const CLOCK_SKEW_SECONDS = 5;

export function createAuthentication({ keys, issuer, audience, partners }: AuthenticationOptions): Authenticate {
  const verify = createTokenVerifier(keys, {
    issuer,
    audience,
    // Asymmetric signatures only: `alg: none` and secrets shared with the issuer are no proof of anything.
    algorithms: ['EdDSA', 'ES256'],
    requiredClaims: ['exp', 'sub'],
    clockTolerance: CLOCK_SKEW_SECONDS,
  });
  return async ({ authorization, 'x-api-key': apiKey }) => {
    if (apiKey !== undefined && partners !== undefined) {
      const partner = partners.find(String(apiKey));
      if (partner === undefined) throw unauthorized('the API key is not valid');
      return partner;
    }
    if (authorization === undefined) return undefined;
    const token = /^Bearer ([A-Za-z0-9._-]+)$/i.exec(authorization)?.[1];
    if (token === undefined) throw unauthorized('a bearer token is needed');
    const payload = await verify(token).catch((cause: unknown) => {
      if (cause instanceof ProblemError) throw cause;
      throw unauthorized('the token is not valid', cause);
    });
    return bearerOf(payload);
  };
}

/** A token that a partner's program got for itself names it (RFC 9068); all others are customers'. */
function bearerOf({ sub = '', scope, client_id: clientId }: JWTPayload): Client {
  if (!/^[\x21-\x7e]{1,100}$/.test(sub)) throw unauthorized('the token names no user');
  const scopes = typeof scope === 'string' ? scope.split(' ') : [];
  return { kind: clientId === sub ? 'partner' : 'customer', id: sub, scopes };
}

export function unauthorized(detail: string, cause?: unknown): ProblemError {
  return new ProblemError(401, 'Unauthorized', { detail, cause });
}
