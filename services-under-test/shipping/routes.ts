/** The shipping service's HTTP interface: where the parcel of an order is. */
import type { FastifyInstance } from 'fastify';
import { ProblemError } from '../kit/problem.ts';
import type { ShipmentStore } from './store.ts';

export function addRoutes(server: FastifyInstance, store: ShipmentStore): void {
  server.get<{ Params: { orderId: string } }>('/shipments/:orderId', async (request) => {
    const { orderId } = request.params;
    const shipment = /^[0-9a-f-]{36}$/i.test(orderId) ? await store.find(orderId) : undefined;
    if (shipment === undefined)
      throw new ProblemError(404, 'Shipment not found', { detail: `there is no shipment of order ${orderId}` });
    return { orderId, ...shipment };
  });
}
