/** The HTTP interface of analytics: what happened how often. */
import type { FastifyInstance } from 'fastify';
import { momentIn } from '../kit/query.ts';
import type { CountStore } from './store.ts';

/** `behind`: records that are on the broker and not yet counted, as far as it knows. */
export function addRoutes(server: FastifyInstance, store: CountStore, behind: () => number): void {
  server.get<{ Querystring: { since?: string } }>('/counts', async ({ query }) => {
    const counts = await store.totals(momentIn(query, 'since'));
    return { counts, lag: { records: behind() } };
  });
}
