/** What the web shows: whole products, many of them, with all that belongs beside them. Plain functions of what the parts answered. */
import { bodyOf, bodyOrProblem, listOf, memberOf, missingOf, type PartAnswer } from '../kit/page-part.ts';

export interface HomeParts {
  readonly products: PartAnswer;
  readonly categories: PartAnswer;
  /** Of who is logged in. */
  readonly account?: PartAnswer;
  readonly cart?: PartAnswer;
  readonly orders?: PartAnswer;
}

export function homePage({ products, categories, account, cart, orders }: HomeParts) {
  const own = { ...(account && { account }), ...(cart && { cart }), ...(orders && { orders }) };
  return {
    products: listOf(bodyOrProblem(products, 'products'), 'products'),
    categories: listOf(bodyOf(categories), 'categories'),
    customer: account ? { name: memberOf(bodyOf(account), 'name') ?? null } : null,
    cart: cart ? bodyOf(cart) : null,
    recentOrders: orders ? listOf(bodyOf(orders), 'orders').slice(0, 10) : [],
    missing: missingOf({ categories, ...own }),
  };
}

export interface ProductParts {
  readonly product: PartAnswer;
  readonly stock: PartAnswer;
  readonly others: PartAnswer;
}

export function productPage({ product, stock, others }: ProductParts) {
  const shown = bodyOrProblem(product, 'product');
  const id = memberOf(shown, 'productId');
  const available = memberOf(bodyOf(stock), 'available');
  return {
    product: shown,
    stock: typeof available === 'number' ? { available } : null,
    othersInCategory: listOf(bodyOf(others), 'products').filter((other) => memberOf(other, 'productId') !== id),
    missing: missingOf({ stock, others }),
  };
}
