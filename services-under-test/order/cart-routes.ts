/** The cart's HTTP interface. A guest's cart is found by its id, which nobody can guess; a customer's own is `me`. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { callerOf } from '../kit/caller.ts';
import type { Logger } from '../kit/log.ts';
import { ProblemError } from '../kit/problem.ts';
import { readShape } from '../kit/shape.ts';
import { orUnavailable } from '../kit/unavailable.ts';
import { type CartLine, checkoutShape, mergeShape, quantityShape, withLine, withoutLine } from './cart-rules.ts';
import type { Cart, CartStore } from './cart-store.ts';
import type { Placing } from './placing.ts';
import type { Price, PriceList } from './price-list.ts';
import type { OrderItem } from './rules.ts';

export interface CartRoutes {
  readonly carts: CartStore;
  readonly prices: PriceList;
  readonly placing: Placing;
  readonly log: Logger;
}

interface CartPath {
  Params: { id: string; productId: string };
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export function addCartRoutes(server: FastifyInstance, { carts, prices, placing, log }: CartRoutes): void {
  const stored = <Result>(work: () => Promise<Result>) => orUnavailable('the cart', work, log);
  const cartOf = async ({ params, headers }: FastifyRequest<CartPath>): Promise<Cart> => {
    if (params.id === 'me') return stored(() => carts.own(callerOf(headers)));
    const cart = UUID.test(params.id) ? await stored(() => carts.find(params.id)) : undefined;
    // A customer's cart is not found by its id: who knows the id is not yet the customer.
    if (cart === undefined || cart.userId !== null || cart.state !== 'open') throw noCart(params.id);
    return cart;
  };
  const changed = async (
    request: FastifyRequest<CartPath>,
    change: (lines: readonly CartLine[]) => CartLine[] | undefined,
  ) => {
    const { cartId } = await cartOf(request);
    const cart = await stored(() => carts.change(cartId, change));
    if (cart === undefined)
      throw new ProblemError(409, 'Cart not changed', { detail: 'the cart is closed, or too full' });
    return shown(cart, prices);
  };

  server.post('/carts', async (_request, reply) =>
    reply.code(201).send(await shown(await stored(() => carts.openForGuest()), prices)),
  );
  server.get<CartPath>('/carts/:id', async (request) => shown(await cartOf(request), prices));
  server.put<CartPath>('/carts/:id/items/:productId', (request) => {
    const { quantity } = readShape(quantityShape, request.body, 'Invalid cart');
    return changed(request, (lines) => withLine(lines, { productId: productIdOf(request.params.productId), quantity }));
  });
  server.delete<CartPath>('/carts/:id/items/:productId', (request) =>
    changed(request, (lines) => withoutLine(lines, request.params.productId)),
  );

  /** What a guest had put aside, after login. */
  server.post('/carts/me/merges', async (request) => {
    const { cartId } = readShape(mergeShape, request.body, 'Invalid merge');
    const cart = UUID.test(cartId) ? await stored(() => carts.merge(callerOf(request.headers), cartId)) : undefined;
    if (cart === undefined) throw noCart(cartId);
    return shown(cart, prices);
  });
  /** The id of the cart is the key of the order: however often it is checked out, it is one order, and the first answer again. */
  server.post('/carts/me/checkout', async (request, reply) => {
    const userId = callerOf(request.headers);
    const { cartId, ...wish } = readShape(checkoutShape, request.body, 'Invalid checkout');
    const cart = await stored(() => (cartId === undefined ? carts.own(userId) : ownCart(carts, userId, cartId)));
    const key = `cart:${cart.cartId}`;
    const before = await placing.answerTo(userId, key);
    const answer =
      before ?? (await placing.place(userId, key, { items: await pricedItems(cart, prices), ...wish })).answer;
    await stored(() => carts.close(cart.cartId));
    return reply.code(201).type('application/json').send(answer);
  });
}

/** The cart of that id, open or not, where it is the customer's. */
async function ownCart(carts: CartStore, userId: string, cartId: string): Promise<Cart> {
  const cart = UUID.test(cartId) ? await carts.find(cartId) : undefined;
  if (cart === undefined || cart.userId !== userId) throw noCart(cartId);
  return cart;
}

/** The lines as they are ordered; throws where there are none, or nobody can say what they cost. */
async function pricedItems({ lines }: Cart, list: PriceList): Promise<OrderItem[]> {
  if (lines.length === 0) throw new ProblemError(409, 'Cart empty', { detail: 'there is nothing in the cart' });
  const { prices, complete } = await list.of(lines.map(({ productId }) => productId));
  return lines.map(({ productId, quantity }) => {
    const price = prices.get(productId)?.price;
    if (price !== undefined) return { productId, quantity, price };
    if (complete) throw new ProblemError(409, 'Product not sold', { detail: `${productId} is not sold any more` });
    const detail = 'nobody can say at the moment what it costs';
    throw new ProblemError(503, 'Prices unavailable', { detail, retryAfterSeconds: 1 });
  });
}

/** The cart as customers see it: with the prices of now, and without them where nobody can say. */
async function shown({ cartId, lines }: Cart, list: PriceList) {
  const { prices } =
    lines.length > 0 ? await list.of(lines.map(({ productId }) => productId)) : { prices: new Map<string, Price>() };
  const priced = lines.map((line) => {
    const known = prices.get(line.productId);
    return known === undefined ? line : { ...line, name: known.name, price: known.price };
  });
  const isWhole = priced.every((line) => 'price' in line);
  const total = priced.reduce((sum, line) => sum + ('price' in line ? line.price * line.quantity : 0), 0);
  return { cartId, items: priced, ...(isWhole ? { total } : { pricesUnavailable: true }) };
}

function productIdOf(id: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(id)) return id;
  throw new ProblemError(400, 'Invalid cart', {
    detail: 'productId must be letters, digits, dots and dashes',
    field: 'productId',
  });
}

function noCart(id: string): ProblemError {
  return new ProblemError(404, 'Cart not found', { detail: `there is no cart ${id.slice(0, 36)}` });
}
