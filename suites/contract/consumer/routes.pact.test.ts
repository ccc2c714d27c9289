/** What the gateway needs of those behind it for each of its other routes: asked through the route, answered by the example. */
import { MatchersV3 } from '@pact-foundation/pact';
import { expect, test } from 'vitest';
import { consumerContract } from '../../../harness/contracts/index.ts';
import { addRoutes } from '../../../services-under-test/gateway/routes.ts';
import { createUpstream } from '../../../services-under-test/gateway/upstream.ts';
import { createServer } from '../../../services-under-test/kit/http-server.ts';
import { createLog } from '../../../services-under-test/kit/log.ts';
import { fromState, ORDER_ID } from './expected.ts';

const { boolean, eachLike, integer, reify, string, uuid } = MatchersV3;
const log = createLog('gateway');

const USER = 'user-contract';
const CART_ID = 'c1f3a1d8-6c0e-4b57-9a53-2f0c7a9d4e10';
const KEY = 'voucher-contract';

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

interface RouteCase {
  readonly does: string;
  readonly upstream: string;
  readonly given: string | { readonly name: string; readonly params: Record<string, string> };
  /** As the public asks. */
  readonly route: `${Method} ${string}`;
  /** As the upstream is asked; an example, or from the state. */
  readonly path: unknown;
  readonly query?: Record<string, string>;
  readonly body?: object;
  /** What the public says beside it. */
  readonly says?: Record<string, string>;
  /** Who asks: by default a customer, whose id the upstream is told; `guest`: nobody in particular. */
  readonly by?: 'guest' | 'merchant';
  /** The customer's id, where the state makes one. */
  readonly user?: unknown;
  readonly status: number;
  readonly gives?: object;
}

const mine = 'a customer has something in the cart';
const cart = { cartId: uuid(CART_ID), items: eachLike({ productId: string('product-1'), quantity: integer(2) }) };
const inCart = { upstream: 'order', given: { name: mine, params: { user: USER } }, user: USER } as const;
const guests = { upstream: 'order', given: 'a guest has something in the cart', by: 'guest' } as const;
const guestCart = (rest: string) => fromState(`/carts/$\{cartId}${rest}`, `/carts/${CART_ID}${rest}`);

const CARTS: readonly RouteCase[] = [
  { ...inCart, does: 'look at one’s cart', route: 'GET /api/v1/carts/me', path: '/carts/me', status: 200, gives: cart },
  {
    ...{ ...inCart, does: 'want more of it', route: 'PUT /api/v1/carts/me/items/product-1', body: { quantity: 3 } },
    ...{ path: '/carts/me/items/product-1', status: 200, gives: cart },
  },
  {
    ...{ ...inCart, does: 'want none of it', route: 'DELETE /api/v1/carts/me/items/product-1' },
    ...{ path: '/carts/me/items/product-1', status: 200, gives: { cartId: uuid(CART_ID) } },
  },
  {
    ...{
      ...guests,
      by: undefined,
      user: USER,
      does: 'take over a guest’s cart',
      route: 'POST /api/v1/carts/me/merges',
    },
    ...{ path: '/carts/me/merges', body: { cartId: fromState(`$\{cartId}`, CART_ID) }, status: 200, gives: cart },
  },
  {
    ...{ ...inCart, does: 'check out', route: 'POST /api/v1/carts/me/checkout', path: '/carts/me/checkout' },
    ...{ body: { shippingAddressId: 'address-1', paymentMethod: 'card' }, status: 201 },
    gives: { orderId: uuid(ORDER_ID), status: 'pending', total: integer(3_998) },
  },
  {
    ...{ ...guests, does: 'open a cart', route: 'POST /api/v1/carts', path: '/carts', status: 201 },
    gives: { cartId: uuid(CART_ID), items: [] },
  },
  {
    ...{ ...guests, does: 'look at a guest’s cart', route: `GET /api/v1/carts/${CART_ID}`, path: guestCart('') },
    ...{ status: 200, gives: cart },
  },
  {
    ...{ ...guests, does: 'want more as a guest', route: `PUT /api/v1/carts/${CART_ID}/items/product-1` },
    ...{ path: guestCart('/items/product-1'), body: { quantity: 3 }, status: 200, gives: cart },
  },
  {
    ...{ ...guests, does: 'want none as a guest', route: `DELETE /api/v1/carts/${CART_ID}/items/product-1` },
    ...{ path: guestCart('/items/product-1'), status: 200, gives: { cartId: uuid(CART_ID) } },
  },
];

const account = { userId: string('u'), email: string('casey@customers.example'), name: string('Casey') };
const preferences = { email: true, sms: false, push: true };
const address = { label: 'home', street: 'Lane 1', city: 'Bremen', postcode: '28195', country: 'DE' };
const own = { upstream: 'user', given: 'somebody has an address', user: fromState(`$\{userId}`, USER) } as const;
const me = (route: `${Method} ${string}`) => ({ route, path: route.slice(route.indexOf('/accounts')) }) as const;

const ACCOUNTS: readonly RouteCase[] = [
  {
    ...{ upstream: 'user', given: 'nobody has the address', by: 'guest', does: 'open an account', status: 201 },
    ...{ route: 'POST /api/v1/accounts', path: '/accounts', gives: account },
    body: {
      email: fromState(`$\{email}`, 'casey@customers.example'),
      name: 'Casey',
      password: 'long rather than strange',
    },
  },
  { ...own, ...me('GET /api/v1/accounts/me'), does: 'look at one’s account', status: 200, gives: account },
  {
    ...{ ...own, ...me('PATCH /api/v1/accounts/me'), does: 'change one’s name', body: { name: 'Robin' } },
    ...{ status: 200, gives: { ...account, name: 'Robin' } },
  },
  {
    ...{ ...own, ...me('GET /api/v1/accounts/me/preferences'), does: 'look at one’s preferences', status: 200 },
    gives: { email: boolean(true), sms: boolean(false), push: boolean(false) },
  },
  {
    ...{ ...own, ...me('PUT /api/v1/accounts/me/preferences'), does: 'change one’s preferences', status: 200 },
    ...{ body: preferences, gives: preferences },
  },
  {
    ...{ ...own, ...me('GET /api/v1/accounts/me/addresses'), does: 'look at one’s addresses', status: 200 },
    gives: { addresses: eachLike({ addressId: string('home'), city: string('Bremen') }) },
  },
  {
    ...{ ...own, ...me('POST /api/v1/accounts/me/addresses'), does: 'add an address', body: address, status: 201 },
    gives: { addressId: string('a-1'), city: 'Bremen' },
  },
  { ...own, ...me('DELETE /api/v1/accounts/me/addresses/home'), does: 'forget an address', status: 204 },
  {
    ...{ upstream: 'user', given: 'nobody has the address', by: 'guest', does: 'ask for a token as nobody known' },
    ...{ route: 'POST /oauth/token', path: '/oauth/token', status: 401 },
    body: { grant_type: 'client_credentials', client_id: 'nobody', client_secret: 'guessed' },
  },
];

const walletOf = { upstream: 'payment', given: 'customers have wallets', user: USER } as const;
const anybody = { upstream: 'catalog', given: 'there are products', by: 'guest' } as const;
const facts = { name: 'Contract Kettle', category: 'contracts', description: 'For contracts.', price: 1_234 };
const product = { productId: string('product-1'), name: string('Copper Kettle'), price: integer(1_999) };

const OTHERS: readonly RouteCase[] = [
  {
    ...{ upstream: 'order', given: 'an order of the customer is cancelled', user: USER, does: 'cancel an order again' },
    route: `POST /api/v1/orders/${ORDER_ID}/cancel`,
    path: fromState(`/orders/$\{orderId}/cancel`, `/orders/${ORDER_ID}/cancel`),
    ...{ status: 200, gives: { orderId: uuid(ORDER_ID), status: 'cancelled' } },
  },
  {
    ...{ ...walletOf, does: 'look at one’s wallet', route: 'GET /api/v1/wallet', path: '/wallet', status: 200 },
    gives: { balance: integer(500) },
  },
  {
    ...{ ...walletOf, does: 'hand in a voucher', route: 'POST /api/v1/wallet/vouchers', path: '/wallet/vouchers' },
    ...{ says: { 'idempotency-key': KEY }, body: { amount: 500 }, status: 201, gives: { balance: integer(500) } },
  },
  {
    ...{ ...anybody, does: 'look at products', route: 'GET /api/v1/products', path: '/products', status: 200 },
    gives: { products: eachLike(product) },
  },
  {
    ...{ ...anybody, does: 'look at categories', route: 'GET /api/v1/categories', path: '/categories', status: 200 },
    gives: { categories: eachLike({ name: string('kitchen'), products: integer(4) }) },
  },
  {
    ...{ ...anybody, does: 'search', route: 'GET /api/v1/search?q=kettle', path: '/search', query: { q: 'kettle' } },
    ...{ status: 200, gives: { index: { products: integer(20), behind: integer(0) } } },
  },
  {
    ...{ ...anybody, by: 'merchant', does: 'state a product', route: 'PUT /api/v1/products/product-contract' },
    ...{
      path: '/products/product-contract',
      body: facts,
      status: 200,
      gives: { productId: 'product-contract', ...facts },
    },
  },
  {
    ...{
      upstream: 'order-history',
      given: 'an order is in the history',
      user: USER,
      does: 'look at an order of the past',
    },
    ...{ route: `GET /api/v1/history/${ORDER_ID}`, path: fromState(`/orders/$\{key}`, `/orders/${ORDER_ID}`) },
    ...{ status: 200, gives: { orderId: uuid(ORDER_ID), status: string('completed'), lag: { records: integer(0) } } },
  },
  {
    ...{
      upstream: 'bff-web',
      given: 'there are pages',
      by: 'guest',
      does: 'look at a product in the web',
      status: 200,
    },
    ...{ route: 'GET /api/v1/pages/products/product-1', path: '/pages/products/product-1', gives: { product } },
  },
  {
    ...{ upstream: 'bff-mobile', given: 'there are pages', by: 'guest', does: 'look at a product on the phone' },
    ...{ says: { 'x-client': 'mobile' }, route: 'GET /api/v1/pages/products/product-1' },
    ...{
      path: '/pages/products/product-1',
      status: 200,
      gives: { id: 'product-1', n: string('Kettle'), p: integer(1) },
    },
  },
];

/** The gateway with that one upstream, as who asks. */
function gatewayTo(name: string, url: string, by: RouteCase['by']) {
  const server = createServer({ log, ready: {} });
  const upstream = createUpstream(name, url, log);
  const client = by === 'merchant' ? { kind: 'partner', id: 'merchant', scopes: ['catalog:write'] } : undefined;
  const customer = { kind: 'customer', id: USER, scopes: [] };
  const authenticate = async () => (by === 'guest' ? undefined : ((client ?? customer) as never));
  addRoutes(server, { authenticate, upstreams: { [name]: upstream } });
  return { server, close: () => Promise.all([upstream.close(), server.close()]) };
}

test.each([...CARTS, ...ACCOUNTS, ...OTHERS].map((one) => [one.does, one] as const))('%s', async (does, one) => {
  const [method, url] = one.route.split(' ') as [Method, string];
  const named = one.user === undefined ? {} : { 'x-user-id': one.user };
  // Said in so many words, for the verifier would else send an empty body of no type, in chunks.
  const empty = one.body === undefined && (method === 'POST' || method === 'PUT') ? { 'content-length': '0' } : {};

  await consumerContract(import.meta.url, 'gateway', one.upstream)
    .http(does, one.given)
    .withRequest(method, one.path as string, (request) => {
      request.headers({ ...named, ...empty, ...keyOf(one) } as never);
      if (one.query) request.query(one.query);
      if (one.body) request.jsonBody(one.body);
    })
    .willRespondWith(one.status, (reply) => void (one.gives && reply.jsonBody(one.gives)))
    .executeTest(async (mock) => {
      const gateway = gatewayTo(one.upstream, mock.url, one.by);
      try {
        const payload = one.body && (reify(one.body as never) as object);
        const answer = await gateway.server.inject({ method, url, headers: one.says, ...(payload && { payload }) });
        expect(answer.statusCode).toBe(one.status);
        if (one.gives) expect(answer.json()).toMatchObject(reify(one.gives as never) as object);
      } finally {
        await gateway.close();
      }
    });
});

/** What the gateway passes on of what the public says. */
function keyOf({ says }: RouteCase): Record<string, string> {
  const key = says?.['idempotency-key'];
  return key === undefined ? {} : { 'idempotency-key': key };
}
