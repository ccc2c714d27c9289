/** The catalog's gRPC interface (`fixtures/protos/catalog.proto`): what products cost, from the database, as it is about money. */
import type { GrpcServerOptions } from '../kit/grpc-server.ts';
import type { Logger } from '../kit/log.ts';
import { ProblemError } from '../kit/problem.ts';
import { orUnavailable } from '../kit/unavailable.ts';
import type { ProductStore } from './store.ts';

const MOST_PRODUCTS = 100;

export function catalogOverGrpc(store: ProductStore, log: Logger): GrpcServerOptions {
  return {
    proto: 'catalog.proto',
    service: 'shop.catalog.v1.Catalog',
    unary: {
      async GetProducts({ productIds }: { readonly productIds: readonly string[] }) {
        if (productIds.length > MOST_PRODUCTS)
          throw new ProblemError(400, 'Too many products', { detail: `at most ${MOST_PRODUCTS} products at a time` });
        const found = await orUnavailable('the catalog', () => store.findAll(productIds), log);
        const byId = new Map(found.map((product) => [product.productId, product]));
        const products = productIds.map((id) => {
          const product = byId.get(id);
          if (product !== undefined) return product;
          throw new ProblemError(404, 'Product not found', { detail: id });
        });
        return { products };
      },
    },
    log,
  };
}
