/** The order history's HTTP interface: a user's orders, one of them, and how far behind the answer is. */
import type { FastifyInstance } from 'fastify';
import { type Logger, reasonOf } from '../kit/log.ts';
import { ProblemError } from '../kit/problem.ts';
import type { HistoryStore } from './store.ts';

export interface HistoryRoutes {
  readonly store: HistoryStore;
  /** Records that are on the broker and not yet in the history, as far as it knows. */
  readonly behind: () => number;
  /** Reads everything again from the beginning. */
  readonly rebuild: () => Promise<void>;
  /** Sends dead letters of this group back; answers how many. */
  readonly replay: () => Promise<number>;
  readonly log: Logger;
}

const MOST = 100;

export function addRoutes(server: FastifyInstance, routes: HistoryRoutes): void {
  const { store, behind, rebuild, replay, log } = routes;
  const stored = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (cause) {
      log.warn({ reason: reasonOf(cause) }, 'the database did not answer');
      const detail = 'the history could not be read';
      throw new ProblemError(503, 'Order history unavailable', { detail, retryAfterSeconds: 1, cause });
    }
  };

  /** Every answer says how far behind it may be: this is a copy that follows. */
  server.get<{ Querystring: { before?: string; limit?: string } }>('/orders', async (request) => {
    const userId = userOf(request.headers['x-user-id']);
    const before = wholeOf('before', request.query.before, Number.MAX_SAFE_INTEGER);
    const most = Math.min(wholeOf('limit', request.query.limit, 20), MOST);
    const orders = await stored(() => store.list(userId, before, most));
    const next = orders.length === most ? orders.at(-1)?.placedAt : undefined;
    return { orders, next, lag: { records: behind() } };
  });

  server.get<{ Params: { id: string } }>('/orders/:id', async (request) => {
    const { id } = request.params;
    const userId = userOf(request.headers['x-user-id']);
    const order = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id)
      ? await stored(() => store.find(id))
      : undefined;
    if (order === undefined || order.userId !== userId) {
      throw new ProblemError(404, 'Order not found', { detail: `the history has no order ${id}` });
    }
    return { ...order, lag: { records: behind() } };
  });

  // For whoever runs the service and whoever checks it; the gateway does not lead here.
  server.get('/ledger', () => stored(() => store.ledger()));
  server.post('/rebuild', async (_request, reply) => {
    await stored(rebuild);
    return reply.code(202).send({ status: 'rebuilding' });
  });
  server.post('/dead-letters/replay', async () => ({ replayed: await replay() }));
}

function userOf(header: unknown): string {
  if (typeof header === 'string' && /^[\x21-\x7e]{1,100}$/.test(header)) return header;
  throw new ProblemError(400, 'User missing', { detail: 'the header x-user-id is missing', field: 'x-user-id' });
}

function wholeOf(field: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new ProblemError(400, 'Invalid query', { detail: `${field} must be a whole number above 0`, field });
}
