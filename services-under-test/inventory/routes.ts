/** The inventory's HTTP interface: how much there is of a product. */
import type { FastifyInstance } from 'fastify';
import { ProblemError } from '../kit/problem.ts';
import type { StockStore } from './store.ts';

export function addRoutes(server: FastifyInstance, store: StockStore): void {
  server.get<{ Params: { productId: string } }>('/stock/:productId', async (request) => {
    const { productId } = request.params;
    const available = await store.available(productId).catch((cause: unknown) => {
      throw new ProblemError(503, 'Inventory unavailable', {
        detail: 'the stock could not be read',
        retryAfterSeconds: 1,
        cause,
      });
    });
    if (available === undefined)
      throw new ProblemError(404, 'Product not found', { detail: `there is no product ${productId}` });
    return { productId, available };
  });
}
