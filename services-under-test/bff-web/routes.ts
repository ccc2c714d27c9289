/** The web's own door: one answer a page. */
import type { FastifyInstance } from 'fastify';
import { USER_HEADER } from '../kit/caller.ts';
import { memberOf, type PartSource } from '../kit/page-part.ts';
import { homePage, productPage } from './pages.ts';

export interface WebSources {
  readonly catalog: PartSource;
  readonly inventory: PartSource;
  readonly user: PartSource;
  readonly order: PartSource;
  /** Where there is a read side. */
  readonly history?: PartSource;
}

const ON_HOME = 20;
const BESIDE = 6;

export function addRoutes(server: FastifyInstance, { catalog, inventory, user, order, history }: WebSources): void {
  server.get('/home', async (request) => {
    const asker = request.headers[USER_HEADER];
    const products = catalog.ask(`/products?limit=${ON_HOME}`);
    const categories = catalog.ask('/categories');
    if (typeof asker !== 'string') return homePage({ products: await products, categories: await categories });
    const account = user.ask('/accounts/me', asker);
    const cart = order.ask('/carts/me', asker);
    const orders = history?.ask('/orders', asker);
    return homePage({
      products: await products,
      categories: await categories,
      account: await account,
      cart: await cart,
      ...(orders && { orders: await orders }),
    });
  });

  server.get<{ Params: { id: string } }>('/pages/products/:id', async (request) => {
    const id = encodeURIComponent(request.params.id);
    const stock = inventory.ask(`/stock/${id}`);
    const product = await catalog.ask(`/products/${id}`);
    // Nobody knows what would stand beside it.
    if (product.state !== 'here') return productPage({ product, stock: await stock, others: { state: 'missing' } });
    const category = encodeURIComponent(String(memberOf(product.body, 'category')));
    const others = catalog.ask(`/products?category=${category}&limit=${BESIDE}`);
    return productPage({ product, stock: await stock, others: await others });
  });
}
