/** Who is calling: a bearer JWT, checked against a static key set before anything else happens. */
import { readFile } from 'node:fs/promises';
import { createLocalJWKSet } from 'jose/jwks/local';
import { jwtVerify } from 'jose/jwt/verify';
import { ProblemError } from '../kit/problem.ts';

export interface AuthenticationOptions {
  /** File with the public keys (a JWK set). */
  readonly jwksFile: string;
  readonly issuer: string;
  readonly audience: string;
}

/** Answers the user id of an `Authorization` header, or throws a 401 problem. */
export type Authenticate = (authorization: string | undefined) => Promise<string>;

export async function createAuthentication({
  jwksFile,
  issuer,
  audience,
}: AuthenticationOptions): Promise<Authenticate> {
  const keys = createLocalJWKSet(JSON.parse(await readFile(jwksFile, 'utf8')));
  return async (authorization) => {
    const token = /^Bearer ([A-Za-z0-9._-]+)$/i.exec(authorization ?? '')?.[1];
    if (token === undefined) throw unauthorized('a bearer token is needed');
    const { payload } = await jwtVerify(token, keys, {
      issuer,
      audience,
      algorithms: ['EdDSA'],
      requiredClaims: ['exp', 'sub'],
      clockTolerance: 5,
    }).catch((cause: unknown) => {
      throw unauthorized('the token is not valid', cause);
    });
    const userId = payload.sub ?? '';
    if (!/^[\x21-\x7e]{1,100}$/.test(userId)) throw unauthorized('the token names no user');
    return userId;
  };
}

function unauthorized(detail: string, cause?: unknown): ProblemError {
  return new ProblemError(401, 'Unauthorized', { detail, cause });
}
