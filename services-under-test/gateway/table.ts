/**
 * The routing table: what the public may ask for, who answers it, and what it takes. Rows of the same method and path are
 * told apart by a header; the first that matches wins. A row whose upstream is not there in this system is left out.
 */
import { keyOf } from '../kit/idempotency.ts';
import { orderCallOf } from './rules.ts';
import { orderOfV2, orderToV2, problemToV2, stockToV2 } from './versions.ts';

export const UPSTREAMS = [
  ...['order', 'inventory', 'payment', 'shipping', 'user', 'catalog'],
  ...['order-history', 'bff-web', 'bff-mobile'],
] as const;
export type UpstreamName = string;

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface Row {
  readonly method: Method;
  /** `:name` stands for one segment, `*` at the end for all that follows. */
  readonly path: string;
  /** Only where this header has this value. */
  readonly header?: readonly [name: string, value: string];
  readonly upstream: UpstreamName;
  /** The path at the upstream; placeholders as in `path`. */
  readonly target: string;
  /** Who may: anybody; anybody, but a customer is told apart; customers; or who has this scope. */
  readonly access: 'anyone' | 'anyone-known' | 'customer' | { readonly scope: string };
  /** The same for everybody, and may be a little old. */
  readonly cached?: true;
  /** What the upstream is sent in place of the body. */
  readonly ask?: (body: unknown, headers: RequestHeaders) => Asked;
  /** What the public gets in place of the upstream's body. */
  readonly answer?: { readonly good: (body: unknown) => unknown; readonly problem: (body: unknown) => unknown };
}

export type RequestHeaders = Readonly<Record<string, string | string[] | undefined>>;

export interface Asked {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

const V2 = { good: orderToV2, problem: problemToV2 };
const STOCK_V2 = { good: stockToV2, problem: (body: unknown) => body };

const orders: readonly Row[] = [
  { method: 'POST', path: '/api/v1/orders', upstream: 'order', target: '/orders', access: 'customer', ask: orderOfV1 },
  { method: 'GET', path: '/api/v1/orders/:id', upstream: 'order', target: '/orders/:id', access: 'customer' },
  ...own(['POST'], '/orders/:id/cancel', 'order'),
  { ...v2('POST', '/api/v2/orders', '/orders'), ask: orderV2 },
  v2('GET', '/api/v2/orders/:id', '/orders/:id'),
  // The same without a version in the path: a header says which; without one it is v1.
  { ...v2('POST', '/api/orders', '/orders'), header: ['api-version', '2'], ask: orderV2 },
  { method: 'POST', path: '/api/orders', upstream: 'order', target: '/orders', access: 'customer', ask: orderOfV1 },
  { ...v2('GET', '/api/orders/:id', '/orders/:id'), header: ['api-version', '2'] },
  { method: 'GET', path: '/api/orders/:id', upstream: 'order', target: '/orders/:id', access: 'customer' },
];

/** What a customer holds with the shop. */
const wallet: readonly Row[] = [
  ...own(['GET'], '/wallet', 'payment'),
  {
    ...{ method: 'POST', path: '/api/v1/wallet/vouchers', upstream: 'payment', target: '/wallet/vouchers' },
    ...{ access: 'customer', ask: underTheirKey },
  },
];

const stock: readonly Row[] = [
  { ...get('/api/v1/stock/:productId', 'inventory', '/stock/:productId'), cached: true },
  { ...get('/api/v2/stock/:productId', 'inventory', '/stock/:productId'), answer: STOCK_V2 },
  {
    ...get('/api/v1/partner/stock/:productId', 'inventory', '/stock/:productId'),
    access: { scope: 'stock:read' },
  },
];

/** Accounts, logins, tokens, and the keys by which tokens are checked. */
const users: readonly Row[] = [
  { method: 'POST', path: '/api/v1/accounts', upstream: 'user', target: '/accounts', access: 'anyone' },
  { method: 'POST', path: '/api/v1/login', upstream: 'user', target: '/login', access: 'anyone' },
  { method: 'POST', path: '/oauth/token', upstream: 'user', target: '/oauth/token', access: 'anyone' },
  { ...get('/.well-known/jwks.json', 'user', '/.well-known/jwks.json'), cached: true },
  ...own(['GET', 'PATCH'], '/accounts/me', 'user'),
  ...own(['GET', 'POST', 'PUT', 'DELETE'], '/accounts/me/*', 'user'),
];

/** A guest's cart is found by its id, a customer's by who asks. */
const carts: readonly Row[] = [
  ...own(['GET'], '/carts/me', 'order'),
  ...own(['PUT', 'DELETE'], '/carts/me/items/:productId', 'order'),
  ...own(['POST'], '/carts/me/merges', 'order'),
  ...own(['POST'], '/carts/me/checkout', 'order'),
  { method: 'POST', path: '/api/v1/carts', upstream: 'order', target: '/carts', access: 'anyone' },
  get('/api/v1/carts/:id', 'order', '/carts/:id'),
  ...(['PUT', 'DELETE'] as const).map(
    (method): Row => ({ ...get('/api/v1/carts/:id/items/:productId', 'order', '/carts/:id/items/:productId'), method }),
  ),
];

const catalog: readonly Row[] = [
  ...['/products', '/products/:id', '/categories', '/search'].map(
    (path): Row => ({ ...get(`/api/v1${path}`, 'catalog', path), cached: true }),
  ),
  {
    ...{ method: 'PUT', path: '/api/v1/products/:id', upstream: 'catalog', target: '/products/:id' },
    access: { scope: 'catalog:write' },
  },
];

const history: readonly Row[] = [
  { ...get('/api/v1/history', 'order-history', '/orders'), access: 'customer' },
  { ...get('/api/v1/history/:id', 'order-history', '/orders/:id'), access: 'customer' },
];

/** What each front end's own door answers: told apart by what the client says it is. */
const frontEnds: readonly Row[] = ['/api/v1/home', '/api/v1/pages/*'].flatMap((path): Row[] => {
  const target = path.replace('/api/v1', '');
  return [
    { ...get(path, 'bff-mobile', target), access: 'anyone-known', header: ['x-client', 'mobile'] },
    { ...get(path, 'bff-web', target), access: 'anyone-known' },
  ];
});

export const TABLE: readonly Row[] = [
  ...orders,
  ...wallet,
  ...stock,
  ...users,
  ...carts,
  ...catalog,
  ...history,
  ...frontEnds,
];

/** What belongs to the customer who asks. */
function own(methods: readonly Method[], target: string, upstream: UpstreamName): Row[] {
  return methods.map((method) => ({ method, path: `/api/v1${target}`, upstream, target, access: 'customer' }));
}

function get(path: string, upstream: UpstreamName, target: string): Row {
  return { method: 'GET', path, upstream, target, access: 'anyone' };
}

function v2(method: Method, path: string, target: string): Row {
  return { method, path, upstream: 'order', target, access: 'customer', answer: V2 };
}

/** In v1 the idempotency key is a member of the body. */
function orderOfV1(body: unknown): Asked {
  const { key, body: order } = orderCallOf(body);
  return { headers: { 'idempotency-key': keyOf(key) }, body: order };
}

/** The body as it came, under the key in the header. */
function underTheirKey(body: unknown, headers: RequestHeaders): Asked {
  return { headers: { 'idempotency-key': keyOf(headers['idempotency-key']) }, body };
}

/** In v2 it is a header. */
function orderV2(body: unknown, headers: RequestHeaders): Asked {
  return { headers: { 'idempotency-key': keyOf(headers['idempotency-key']) }, body: orderOfV2(body) };
}
