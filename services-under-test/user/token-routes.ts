/** Tokens for programs of partners (OAuth 2.0 client credentials, RFC 6749 section 4.4), and the keys by which all tokens are checked. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import type { Logger } from '../kit/log.ts';
import { ProblemError } from '../kit/problem.ts';
import { readShape } from '../kit/shape.ts';
import { orUnavailable } from '../kit/unavailable.ts';
import type { KeyStore } from './key-store.ts';
import { clientCredentialsShape, grantedScopes } from './rules.ts';
import type { UserStore } from './store.ts';
import type { Issue } from './tokens.ts';

export interface TokenRoutes {
  readonly store: UserStore;
  readonly keys: KeyStore;
  readonly issue: Issue;
  readonly log: Logger;
}

/** Long enough to spare us most questions, short enough that a rotation is soon known everywhere. */
const KEYS_GOOD_FOR_SECONDS = 60;

export function addTokenRoutes(server: FastifyInstance, { store, keys, issue, log }: TokenRoutes): void {
  const stored = <Result>(work: () => Promise<Result>) => orUnavailable('the token service', work, log);

  server.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) =>
    done(null, Object.fromEntries(new URLSearchParams(String(body)))),
  );
  server.post('/oauth/token', async (request, reply) => {
    const asked = readShape(clientCredentialsShape, request.body, 'Invalid token request');
    const partner = await stored(() => store.partner(asked.client_id));
    if (partner === undefined || !isSecret(asked.client_secret, partner.secretHash))
      throw new ProblemError(401, 'Invalid client', { detail: 'no partner has this id and secret' });
    const scopes = grantedScopes(partner.scopes, asked.scope);
    if (scopes === undefined)
      throw new ProblemError(400, 'Invalid scope', {
        detail: 'scope asks for more than the partner may',
        field: 'scope',
      });
    const answer = await stored(() => issue({ id: asked.client_id, scopes, isClient: true }));
    return reply.header('cache-control', 'no-store').send(answer);
  });

  server.get('/.well-known/jwks.json', async (_request, reply) => {
    const published = await stored(keys.published);
    return reply.header('cache-control', `public, max-age=${KEYS_GOOD_FOR_SECONDS}`).send(published);
  });
  /** For the operator, not for the public: the gateway leads nobody here. */
  server.post('/keys/rotations', async (_request, reply) => reply.code(201).send({ kid: await stored(keys.rotate) }));
}

/** A secret is long and made by chance: one round of a plain hash is enough for it. */
function isSecret(secret: string, hash: string): boolean {
  const given = createHash('sha256').update(secret).digest();
  const kept = Buffer.from(hash, 'hex');
  return given.length === kept.length && timingSafeEqual(given, kept);
}
