/** The order service's HTTP interface: place an order, look at one. */
import type { FastifyInstance } from 'fastify';
import { callerOf } from '../kit/caller.ts';
import { keyOf } from '../kit/idempotency.ts';
import type { Logger } from '../kit/log.ts';
import { ProblemError } from '../kit/problem.ts';
import { momentIn } from '../kit/query.ts';
import { orUnavailable } from '../kit/unavailable.ts';
import type { Placing } from './placing.ts';
import type { Rebuilder } from './rebuild.ts';
import { orderRequestOf } from './rules.ts';
import type { OrderStore } from './store.ts';

export interface OrderRoutes {
  readonly store: OrderStore;
  readonly placing: Placing;
  readonly log: Logger;
  /** Cancels an order; false when it is too late. Absent where nobody conducts the saga. */
  readonly cancel?: (orderId: string) => Promise<boolean>;
  /** Where orders are event-sourced. */
  readonly rebuilder?: Rebuilder;
}

export function addRoutes(server: FastifyInstance, routes: OrderRoutes): void {
  const { store, placing, log, cancel, rebuilder } = routes;
  const stored = <Result>(work: () => Promise<Result>) => orUnavailable('the order service', work, log);
  const theirs = async (id: string, asker: unknown) => {
    const order = isUuid(id) ? await stored(() => store.find(id)) : undefined;
    if (order === undefined || (asker !== undefined && asker !== order.userId)) {
      throw new ProblemError(404, 'Order not found', { detail: `there is no order ${id}` });
    }
    return order;
  };

  /** 201 is a promise to process, not a receipt: the order is stored and its event will be published. */
  server.post('/orders', async (request, reply) => {
    const userId = callerOf(request.headers);
    const key = keyOf(request.headers['idempotency-key']);
    const { answer, isReplay } = await placing.place(userId, key, orderRequestOf(request.body));
    if (isReplay) reply.header('idempotency-replayed', 'true');
    return reply.code(201).type('application/json').send(answer);
  });

  server.get<{ Params: { id: string } }>('/orders/:id', (request) =>
    theirs(request.params.id, request.headers['x-user-id']),
  );

  /** 202: what was done is being undone, and the order will end cancelled. */
  server.post<{ Params: { id: string } }>('/orders/:id/cancel', async (request, reply) => {
    const { orderId, status } = await theirs(request.params.id, callerOf(request.headers));
    if (status === 'cancelled') return { orderId, status };
    if (cancel === undefined || !(await stored(() => cancel(orderId)))) {
      throw new ProblemError(409, 'Too late to cancel', { detail: `order ${orderId} cannot be stopped any more` });
    }
    return reply.code(202).send({ orderId, status: 'cancelling' });
  });

  // For whoever runs the service; the gateway does not lead here.
  if (rebuilder !== undefined) {
    server.get<{ Querystring: { since?: string } }>('/rebuilt', ({ query }) =>
      rebuilder.comparisons(momentIn(query, 'since')),
    );
    server.post('/rebuild', () => rebuilder.repair());
  }
}

function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}
