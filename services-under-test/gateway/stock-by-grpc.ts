/** Protocol translation: REST outside, gRPC inside. `GET /api/v2/stock/:productId` asks the inventory's `CheckAvailability`. */
import { CircuitOpen, createBreaker } from '../kit/breaker.ts';
import { createGrpcClient, GrpcFailed, isRefusal } from '../kit/grpc-client.ts';
import { type Logger, reasonOf } from '../kit/log.ts';
import { ProblemError } from '../kit/problem.ts';
import { GATEWAY_TO_INVENTORY_GRPC } from './promises.ts';

export interface StockLevel {
  readonly productId: string;
  readonly available: number;
}

export interface StockByGrpc {
  /** Throws a 404 problem for a product that is not sold here, 503 when the inventory is away. */
  levelOf(productId: string): Promise<StockLevel>;
  close(): void;
}

const NOT_FOUND = 5;

/** `address` is host:port. */
export function createStockByGrpc(address: string, log: Logger): StockByGrpc {
  const client = createGrpcClient({ proto: 'inventory.proto', service: 'shop.inventory.v1.Inventory', address });
  const { breaker: promised, deadlineMs } = GATEWAY_TO_INVENTORY_GRPC;
  const breaker = createBreaker({ edge: 'gateway->inventory-grpc', ...promised, log });
  // A refusal is an answer: the inventory is well.
  const ask = (productId: string) => async (signal: AbortSignal) => {
    const request = { lines: [{ productId, quantity: 1 }] };
    const call = { method: 'CheckAvailability', request, timeoutMs: deadlineMs, signal };
    return client.call<{ levels: readonly StockLevel[] }>(call).catch((error: unknown) => {
      if (isRefusal(error)) return error as GrpcFailed;
      throw error;
    });
  };
  return {
    async levelOf(productId) {
      const answer = await breaker.attempt(ask(productId)).catch((error: unknown) => {
        if (!(error instanceof CircuitOpen)) log.warn({ reason: reasonOf(error) }, 'the inventory is away');
        throw new ProblemError(503, 'Service unavailable', {
          detail: 'inventory is not available now',
          retryAfterSeconds: 1,
          cause: error,
        });
      });
      if (!(answer instanceof GrpcFailed)) {
        const [level] = answer.levels;
        if (level !== undefined) return { productId: level.productId, available: level.available };
      } else if (answer.code !== NOT_FOUND) {
        throw new ProblemError(400, 'Bad request', { detail: answer.message, field: 'productId' });
      }
      throw new ProblemError(404, 'Product not found', { detail: `there is no product ${productId}` });
    },
    close: client.close,
  };
}
