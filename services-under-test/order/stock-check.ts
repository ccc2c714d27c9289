/** Asks the inventory whether there is enough before an order is accepted (gRPC). With the inventory away the order is accepted: the saga decides. */
import { CircuitOpen, createBreaker } from '../kit/breaker.ts';
import { createBulkhead } from '../kit/bulkhead.ts';
import { createGrpcClient, isRefusal } from '../kit/grpc-client.ts';
import { type Logger, reasonOf } from '../kit/log.ts';
import { ProblemError } from '../kit/problem.ts';
import { INVENTORY_SLOTS, ORDER_TO_INVENTORY } from './promises.ts';
import type { OrderItem } from './rules.ts';

/** `unknown`: nobody could say in time. */
export type Stock = 'enough' | 'short' | 'unknown';

export interface StockCheck {
  /** Throws a 400 problem when a product is not sold here. */
  ask(items: readonly OrderItem[]): Promise<Stock>;
  close(): void;
}

interface Reply {
  readonly available: boolean;
}

/** `address`: host:port of the inventory's gRPC door. */
export function createStockCheck(address: string, log: Logger): StockCheck {
  const client = createGrpcClient({ proto: 'inventory.proto', service: 'shop.inventory.v1.Inventory', address });
  const breaker = createBreaker({ edge: 'order->inventory', ...ORDER_TO_INVENTORY.breaker, log });
  const bulkhead = createBulkhead('inventory', INVENTORY_SLOTS);
  const check = (request: object, signal: AbortSignal) =>
    client.call<Reply>({
      method: 'CheckAvailability',
      request,
      timeoutMs: ORDER_TO_INVENTORY.deadlineMs,
      signal,
    });
  return {
    async ask(items) {
      const lines = items.map(({ productId, quantity }) => ({ productId, quantity }));
      // A refusal is an answer, and no sign that the inventory is unwell.
      const answer = (signal: AbortSignal) =>
        check({ lines }, signal).catch((error: unknown) => {
          if (isRefusal(error)) return error as Error;
          throw error;
        });
      try {
        const reply = await bulkhead.run(() => breaker.attempt(answer));
        if (reply instanceof Error) throw refused(reply);
        return reply.available ? 'enough' : 'short';
      } catch (error) {
        if (error instanceof ProblemError) throw error;
        if (!(error instanceof CircuitOpen))
          log.warn({ reason: reasonOf(error) }, 'accepted without a look at the stock');
        return 'unknown';
      }
    },
    close: () => client.close(),
  };
}

function refused(cause: Error): ProblemError {
  return new ProblemError(400, 'Invalid order', {
    detail: 'items must be products that are sold here',
    field: 'items',
    cause,
  });
}
