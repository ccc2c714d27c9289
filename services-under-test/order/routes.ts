/** The order service's HTTP interface: place an order, look at one. */
import { randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { bodyHash, keyOf, replay } from '../kit/idempotency.ts';
import { type Logger, reasonOf } from '../kit/log.ts';
import type { OutboxRelay } from '../kit/outbox-relay.ts';
import { ProblemError } from '../kit/problem.ts';
import { nowMs } from '../kit/time.ts';
import type { Rebuilder } from './rebuild.ts';
import { emailOf, type OrderRequest, orderRequestOf, totalOf } from './rules.ts';
import type { StockCheck } from './stock-check.ts';
import type { NewOrder, OrderStore } from './store.ts';

export interface OrderRoutes {
  readonly store: OrderStore;
  readonly relay: OutboxRelay;
  readonly log: Logger;
  /** Cancels an order; false when it is too late. Absent where nobody conducts the saga. */
  readonly cancel?: (orderId: string) => Promise<boolean>;
  /** Where orders are event-sourced. */
  readonly rebuilder?: Rebuilder;
  /** Asked before an order is accepted, where there is somebody to ask. */
  readonly stock?: StockCheck;
}

export function addRoutes(server: FastifyInstance, routes: OrderRoutes): void {
  const { store, relay, log, cancel, rebuilder, stock } = routes;
  const theirs = async (id: string, asker: unknown) => {
    const order = isUuid(id) ? await stored(() => store.find(id), log) : undefined;
    if (order === undefined || (asker !== undefined && asker !== order.userId)) {
      throw new ProblemError(404, 'Order not found', { detail: `there is no order ${id}` });
    }
    return order;
  };

  /** 201 is a promise to process, not a receipt: the order is stored and its event will be published. */
  server.post('/orders', async (request, reply) => {
    const userId = userOf(request.headers['x-user-id']);
    const key = keyOf(request.headers['idempotency-key']);
    const order = newOrder(userId, key, orderRequestOf(request.body));
    const enough = await stock?.ask(order.placed.items);
    if (enough === 'short' && !(await stored(() => store.answered(userId, key), log))) throw outOfStock();
    const events = await stored(() => store.place(order), log);
    if (events.length > 0) {
      relay.wake(events);
      return reply.code(201).type('application/json').send(order.answer);
    }
    const before = await stored(() => store.answered(userId, key), log);
    if (before === undefined) throw unavailable();
    return reply.code(201).header('idempotency-replayed', 'true').send(replay(before, order.bodyHash));
  });

  server.get<{ Params: { id: string } }>('/orders/:id', (request) =>
    theirs(request.params.id, request.headers['x-user-id']),
  );

  /** 202: what was done is being undone, and the order will end cancelled. */
  server.post<{ Params: { id: string } }>('/orders/:id/cancel', async (request, reply) => {
    const { orderId, status } = await theirs(request.params.id, userOf(request.headers['x-user-id']));
    if (status === 'cancelled') return { orderId, status };
    if (cancel === undefined || !(await stored(() => cancel(orderId), log))) {
      throw new ProblemError(409, 'Too late to cancel', { detail: `order ${orderId} cannot be stopped any more` });
    }
    return reply.code(202).send({ orderId, status: 'cancelling' });
  });

  // For whoever runs the service; the gateway does not lead here.
  if (rebuilder !== undefined) {
    server.get('/rebuilt', () => rebuilder.comparisons());
    server.post('/rebuild', () => rebuilder.repair());
  }
}

function newOrder(userId: string, key: string, request: OrderRequest): NewOrder {
  const orderId = randomUUID();
  const total = totalOf(request.items);
  return {
    orderId,
    key,
    bodyHash: bodyHash(request),
    answer: JSON.stringify({ orderId, status: 'pending', total }),
    placed: { userId, email: emailOf(userId), total, placedAt: nowMs(), ...request },
  };
}

/** Nothing was stored, so the same key may be used again once there is enough. */
function outOfStock(): ProblemError {
  return new ProblemError(409, 'Out of stock', { detail: 'there is not enough of what was ordered', field: 'items' });
}

/** A database that is away is a passing trouble of ours: 503, and the caller may come again with the same key. */
async function stored<T>(work: () => Promise<T>, log: Logger): Promise<T> {
  try {
    return await work();
  } catch (error) {
    log.warn({ reason: reasonOf(error) }, 'the database did not answer');
    throw unavailable(error);
  }
}

function unavailable(cause?: unknown): ProblemError {
  return new ProblemError(503, 'Order service unavailable', {
    detail: 'the order could not be stored or read',
    retryAfterSeconds: 1,
    cause,
  });
}

function userOf(header: unknown): string {
  if (typeof header === 'string' && /^[\x21-\x7e]{1,100}$/.test(header)) return header;
  throw new ProblemError(400, 'User missing', { detail: 'the header x-user-id is missing', field: 'x-user-id' });
}

function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}
