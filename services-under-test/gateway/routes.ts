/** The public interface. What belongs to a customer needs a token, checked before any upstream is asked; browsing does not. */
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { HttpAnswer } from '../kit/http-client.ts';
import { keyOf } from '../kit/idempotency.ts';
import { PROBLEM_TYPE } from '../kit/problem.ts';
import type { Authenticate } from './authentication.ts';
import { orderCallOf } from './rules.ts';
import type { Upstream } from './upstream.ts';

export interface GatewayRoutes {
  readonly authenticate: Authenticate;
  readonly order: Upstream;
  readonly inventory: Upstream;
}

export function addRoutes(server: FastifyInstance, { authenticate, order, inventory }: GatewayRoutes): void {
  server.post('/api/v1/orders', async (request, reply) => {
    const userId = await authenticate(request.headers.authorization);
    const { key, body } = orderCallOf(request.body);
    const headers = { 'x-user-id': userId, 'idempotency-key': keyOf(key) };
    return pass(reply, await order.ask({ method: 'POST', path: '/orders', headers, body }));
  });

  server.get<{ Params: { id: string } }>('/api/v1/orders/:id', async (request, reply) => {
    const userId = await authenticate(request.headers.authorization);
    const path = `/orders/${encodeURIComponent(request.params.id)}`;
    return pass(reply, await order.ask({ method: 'GET', path, headers: { 'x-user-id': userId } }));
  });

  server.get<{ Params: { productId: string } }>('/api/v1/stock/:productId', async (request, reply) => {
    const path = `/stock/${encodeURIComponent(request.params.productId)}`;
    return pass(reply, await inventory.ask({ method: 'GET', path }));
  });
}

/** The upstream's answer, as ours. */
function pass(reply: FastifyReply, { status, body }: HttpAnswer) {
  if (status >= 400) reply.type(PROBLEM_TYPE);
  return reply.code(status).send(body);
}
