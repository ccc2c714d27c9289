/** The authority's door: a certificate for who may have it. */
import type { FastifyInstance } from 'fastify';
import type { Logger } from '../kit/log.ts';
import { ProblemError } from '../kit/problem.ts';
import { object, readShape, text } from '../kit/shape.ts';
import { nowMs } from '../kit/time.ts';
import type { Issuer } from './issuer.ts';
import { isIdentity, mayJoin, provesPossession } from './rules.ts';

export interface AuthorityOptions {
  readonly issuer: Issuer;
  readonly trustDomain: string;
  readonly joinSecret: string;
  readonly ttlMs: number;
  readonly log: Logger;
}

/** Clocks of two machines differ: a certificate is good from a little before. */
const SKEW_MS = 5_000;

export const WISH = object({
  identity: text({ max: 200 }),
  publicKey: text({ max: 1_000 }),
  proof: text({ max: 500 }),
});

export function addRoutes(server: FastifyInstance, options: AuthorityOptions): void {
  const { issuer, trustDomain, joinSecret, ttlMs, log } = options;
  server.post('/certificates', async (request, reply) => {
    const { identity, publicKey, proof } = readShape(WISH, request.body, 'Invalid wish');
    if (!isIdentity(identity, trustDomain))
      throw new ProblemError(400, 'Invalid wish', { detail: 'this is no identity of the mesh', field: 'identity' });
    if (!mayJoin(identity, request.headers.authorization, joinSecret))
      throw new ProblemError(403, 'Not allowed', { detail: 'the join token is not the one of this identity' });
    if (!provesPossession(publicKey, proof))
      throw new ProblemError(400, 'Invalid wish', { detail: 'it is not signed by the key', field: 'proof' });
    const notBefore = new Date(nowMs() - SKEW_MS);
    const notAfter = new Date(nowMs() + ttlMs);
    const certificate = await issuer.issue({ identity, publicKey, notBefore, notAfter });
    log.info({ identity, notAfter }, 'issued');
    return reply.code(201).send({ certificate, notAfter });
  });
}
