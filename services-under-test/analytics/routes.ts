/** The HTTP interface of analytics: what happened how often. */
import type { FastifyInstance } from 'fastify';
import { ProblemError } from '../kit/problem.ts';
import type { CountStore } from './store.ts';

/** `behind`: records that are on the broker and not yet counted, as far as it knows. */
export function addRoutes(server: FastifyInstance, store: CountStore, behind: () => number): void {
  server.get<{ Querystring: { since?: string } }>('/counts', async ({ query }) => {
    const since = Number(query.since ?? 0);
    if (!Number.isSafeInteger(since) || since < 0) {
      const detail = 'since must be a moment in epoch milliseconds';
      throw new ProblemError(400, 'Invalid query', { detail, field: 'since' });
    }
    return { counts: await store.totals(since), lag: { records: behind() } };
  });
}
