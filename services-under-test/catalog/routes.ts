/** The catalog's HTTP interface: look at products, search for them, and change them. */
import type { FastifyInstance } from 'fastify';
import type { Logger } from '../kit/log.ts';
import type { OutboxRelay } from '../kit/outbox-relay.ts';
import { ProblemError } from '../kit/problem.ts';
import { readShape } from '../kit/shape.ts';
import { orUnavailable } from '../kit/unavailable.ts';
import type { ProductCache } from './product-cache.ts';
import { factsShape, isProductId, pageOf, wordsOf } from './rules.ts';
import type { SearchIndex } from './search.ts';
import type { ProductStore } from './store.ts';

export interface CatalogRoutes {
  readonly store: ProductStore;
  readonly cache: ProductCache;
  readonly search: SearchIndex;
  readonly relay: OutboxRelay;
  readonly log: Logger;
}

type Query = Readonly<Record<string, unknown>>;

export function addRoutes(server: FastifyInstance, { store, cache, search, relay, log }: CatalogRoutes): void {
  const stored = <Result>(work: () => Promise<Result>) => orUnavailable('the catalog', work, log);

  server.get<{ Querystring: Query }>('/products', async (request) => {
    const page = pageOf(request.query);
    const products = await stored(() => store.page(page));
    const last = products.length === page.limit ? products.at(-1) : undefined;
    return { products, ...(last && { next: last.productId }) };
  });
  server.get('/categories', async () => ({ categories: await stored(() => store.categories()) }));

  server.get<{ Params: { id: string } }>('/products/:id', async (request, reply) => {
    const id = productIdOf(request.params.id);
    const { product, from } = await stored(() => cache.find(id));
    if (product === undefined)
      throw new ProblemError(404, 'Product not found', { detail: `there is no product ${id}` });
    return reply
      .header('x-cache', from === 'cache' ? 'hit' : 'miss')
      .header('etag', `"${product.version}"`)
      .send(product);
  });
  /** For the merchant. Everybody else hears of it by the event. */
  server.put<{ Params: { id: string } }>('/products/:id', async (request) => {
    const id = productIdOf(request.params.id);
    const facts = readShape(factsShape, request.body, 'Invalid product');
    relay.wake(await stored(() => store.put(id, facts)));
    return { productId: id, ...facts };
  });

  server.get<{ Querystring: Query }>('/search', (request) => {
    const words = wordsOf(request.query);
    return stored(() => search.find(words));
  });
  /** For the operator. */
  server.post('/search/rebuilds', async (_request, reply) =>
    reply.code(201).send({ products: await stored(search.rebuild) }),
  );
}

function productIdOf(id: string): string {
  if (isProductId(id)) return id;
  throw new ProblemError(404, 'Product not found', { detail: 'there is no such product' });
}
