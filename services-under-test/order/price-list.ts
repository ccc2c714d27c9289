/**
 * Prices come from the catalog (gRPC). What it answered is remembered for a minute: while the catalog is away an order at a
 * price that was good a moment ago is taken, and one of which nobody knows the price is put off.
 */
import { CircuitOpen, createBreaker } from '../kit/breaker.ts';
import { createGrpcClient, isRefusal } from '../kit/grpc-client.ts';
import { type Logger, reasonOf } from '../kit/log.ts';
import { nowMs } from '../kit/time.ts';
import { createPriceMemory } from './price-rules.ts';
import { ORDER_TO_CATALOG } from './promises.ts';

export interface Price {
  readonly productId: string;
  readonly name: string;
  /** Of one piece, in cents. */
  readonly price: number;
}

export interface PriceList {
  /** What these products cost, by id; one that is not there is not sold, or nobody can say (`complete` is false then). */
  of(
    productIds: readonly string[],
  ): Promise<{ readonly prices: ReadonlyMap<string, Price>; readonly complete: boolean }>;
  close(): void;
}

interface Reply {
  readonly products: readonly Price[];
}

/** `address`: host:port of the catalog's gRPC door. */
export function createPriceList(address: string, log: Logger): PriceList {
  const client = createGrpcClient({ proto: 'catalog.proto', service: 'shop.catalog.v1.Catalog', address });
  const breaker = createBreaker({ edge: 'order->catalog', ...ORDER_TO_CATALOG.breaker, log });
  const memory = createPriceMemory<Price>();
  const ask = (productIds: readonly string[]) =>
    breaker.attempt((signal) =>
      client
        .call<Reply>({
          method: 'GetProducts',
          request: { productIds },
          timeoutMs: ORDER_TO_CATALOG.deadlineMs,
          signal,
        })
        .catch((error: unknown) => {
          // A refusal is an answer, and no sign that the catalog is unwell.
          if (isRefusal(error)) return undefined;
          throw error;
        }),
    );
  return {
    async of(productIds) {
      const ids = [...new Set(productIds)];
      try {
        const reply = await ask(ids);
        for (const product of reply?.products ?? []) memory.keep(product.productId, product, nowMs());
        return { prices: byId(reply?.products ?? []), complete: true };
      } catch (error) {
        if (!(error instanceof CircuitOpen))
          log.warn({ reason: reasonOf(error) }, 'the catalog did not say what it costs');
        const known = ids.flatMap((id) => memory.find(id, nowMs()) ?? []);
        return { prices: byId(known), complete: known.length === ids.length };
      }
    },
    close: () => client.close(),
  };
}

function byId(products: readonly Price[]): Map<string, Price> {
  return new Map(products.map((product) => [product.productId, product]));
}
