/** The payment service's HTTP interface: how the payment of an order stands. */
import type { FastifyInstance } from 'fastify';
import { ProblemError } from '../kit/problem.ts';
import type { PaymentStore } from './store.ts';

export function addRoutes(server: FastifyInstance, store: PaymentStore): void {
  server.get<{ Params: { orderId: string } }>('/payments/:orderId', async (request) => {
    const { orderId } = request.params;
    const payment = /^[0-9a-f-]{36}$/i.test(orderId) ? await store.find(orderId) : undefined;
    if (payment === undefined)
      throw new ProblemError(404, 'Payment not found', { detail: `there is no payment of order ${orderId}` });
    return { orderId, ...payment };
  });
}
