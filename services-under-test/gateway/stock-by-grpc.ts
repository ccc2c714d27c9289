/** Protocol translation: REST outside, gRPC inside. The inventory as an upstream like others: `GET /stock/:productId` asks its `CheckAvailability`. */
import { CircuitOpen, createBreaker } from '../kit/breaker.ts';
import { createGrpcClient, GrpcFailed, isRefusal } from '../kit/grpc-client.ts';
import type { HttpAnswer } from '../kit/http-client.ts';
import { type Logger, reasonOf } from '../kit/log.ts';
import { ProblemError, problemOf } from '../kit/problem.ts';
import { GATEWAY_TO_INVENTORY_GRPC } from './promises.ts';
import type { Upstream } from './upstream.ts';

interface Availability {
  readonly levels: readonly { readonly productId: string; readonly available: number }[];
}

/** `address` is host:port. */
export function createStockByGrpc(address: string, log: Logger): Upstream {
  const client = createGrpcClient({ proto: 'inventory.proto', service: 'shop.inventory.v1.Inventory', address });
  const { breaker: promised, deadlineMs } = GATEWAY_TO_INVENTORY_GRPC;
  const breaker = createBreaker({ edge: 'gateway->inventory', ...promised, log });
  // A refusal is an answer: the inventory is well.
  const ask = (productId: string) => async (signal: AbortSignal) => {
    const request = { lines: [{ productId, quantity: 1 }] };
    const call = { method: 'CheckAvailability', request, timeoutMs: deadlineMs, signal };
    return client.call<Availability>(call).catch((error: unknown) => {
      if (isRefusal(error)) return error as GrpcFailed;
      throw error;
    });
  };
  return {
    async ask({ path }) {
      const productId = decodeURIComponent(/^\/stock\/([^/?]+)/.exec(path)?.[1] ?? '');
      const answer = await breaker.attempt(ask(productId)).catch((error: unknown) => {
        if (!(error instanceof CircuitOpen)) log.warn({ reason: reasonOf(error) }, 'the inventory is away');
        throw new ProblemError(503, 'Service unavailable', {
          detail: 'inventory is not available now',
          retryAfterSeconds: 1,
          cause: error,
        });
      });
      return answer instanceof GrpcFailed ? refused(answer, productId) : levelOf(answer, productId);
    },
    close: async () => client.close(),
  };
}

function levelOf({ levels }: Availability, productId: string): HttpAnswer {
  const level = levels.find((one) => one.productId === productId);
  if (level === undefined) return problem(404, 'Product not found', `there is no product ${productId}`);
  return { status: 200, headers: {}, body: { productId, available: level.available } };
}

const NOT_FOUND = 5;

function refused({ code, message }: GrpcFailed, productId: string): HttpAnswer {
  if (code === NOT_FOUND) return problem(404, 'Product not found', `there is no product ${productId}`);
  return problem(400, 'Bad request', message);
}

function problem(status: number, title: string, detail: string): HttpAnswer {
  return { status, headers: {}, body: problemOf(new ProblemError(status, title, { detail, field: 'productId' })) };
}
