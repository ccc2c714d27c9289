/** The phone's own door: small answers, and few questions behind them. */
import type { FastifyInstance } from 'fastify';
import { USER_HEADER } from '../kit/caller.ts';
import type { PartSource } from '../kit/page-part.ts';
import { homePage, productPage } from './pages.ts';

export interface MobileSources {
  readonly catalog: PartSource;
  readonly inventory: PartSource;
  readonly order: PartSource;
}

const ON_HOME = 6;

export function addRoutes(server: FastifyInstance, { catalog, inventory, order }: MobileSources): void {
  server.get('/home', async (request) => {
    const asker = request.headers[USER_HEADER];
    const products = catalog.ask(`/products?limit=${ON_HOME}`);
    if (typeof asker !== 'string') return homePage(await products);
    const cart = order.ask('/carts/me', asker);
    return homePage(await products, await cart);
  });

  server.get<{ Params: { id: string } }>('/pages/products/:id', async (request) => {
    const id = encodeURIComponent(request.params.id);
    const [product, stock] = await Promise.all([catalog.ask(`/products/${id}`), inventory.ask(`/stock/${id}`)]);
    return productPage(product, stock);
  });
}
