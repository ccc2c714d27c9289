/** What the web's door offers: one answer a page. */
import { anything, cents, type Interface, listOf, nullable } from '../kit/interface.ts';
import { object, text, whole } from '../kit/shape.ts';

const product = object({
  ...{ productId: text(), name: text(), category: text(), description: text({ min: 0, max: 2_000 }), price: cents },
  version: whole({ min: 1 }),
});
const missing = listOf(text());

export default {
  http: {
    'GET /home': {
      ...{ says: 'The first page; with cart and orders for who is signed in.', refuses: [503] },
      gives: {
        200: object({
          ...{
            products: listOf(product),
            categories: listOf(object({ name: text(), products: whole() })),
            customer: nullable(object({ name: nullable(text()) })),
          },
          ...{ cart: nullable(anything), recentOrders: listOf(anything), missing },
        }),
      },
    },
    'GET /pages/products/:id': {
      ...{ says: 'A product, its stock, and what stands beside it.', refuses: [404, 503] },
      gives: {
        200: object({
          ...{ product, stock: nullable(object({ available: whole() })), othersInCategory: listOf(product), missing },
        }),
      },
    },
  },
} satisfies Interface;
