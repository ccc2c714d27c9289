/** The gateway's door: routing by path, method and header, who is let in, both versions of the interface, aggregation, and other protocols. */
import { generateKeyPair, SignJWT } from 'jose';
import { afterEach, expect, test } from 'vitest';
import { NEWCOMER_KEY, WHOLESALER_KEY } from '../../../fixtures/keys/partners.ts';
import { LAB_AUDIENCE, LAB_ISSUER, labToken } from '../../../fixtures/keys/token.ts';
import { readPartnerKeys } from '../../../services-under-test/gateway/api-keys.ts';
import { createAuthentication } from '../../../services-under-test/gateway/authentication.ts';
import { keysFromFile } from '../../../services-under-test/gateway/key-source.ts';
import { addRoutes } from '../../../services-under-test/gateway/routes.ts';
import { createSummary } from '../../../services-under-test/gateway/summary.ts';
import { createUpstream } from '../../../services-under-test/gateway/upstream.ts';
import { createServer } from '../../../services-under-test/kit/http-server.ts';
import { type Answer, quietLog, startUpstream } from './upstream.ts';

const cleanUp: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of cleanUp.splice(0).reverse()) await close();
});

const KEYS = new URL('../../../fixtures/keys/', import.meta.url).pathname;

async function authenticate() {
  const keys = await keysFromFile(`${KEYS}lab-only.jwks.json`);
  const partners = await readPartnerKeys(`${KEYS}partners.json`);
  return createAuthentication({ keys, issuer: LAB_ISSUER, audience: LAB_AUDIENCE, partners });
}

/** A gateway whose upstreams answer what is scripted, or `{ from: <name> }`. */
async function gateway(scripts: Readonly<Record<string, readonly Answer[]>> = {}) {
  const names = ['order', 'inventory', 'payment', 'shipping', 'bff-web', 'bff-mobile'];
  const asked: Record<string, Awaited<ReturnType<typeof startUpstream>>> = {};
  const upstreams: Record<string, ReturnType<typeof createUpstream>> = {};
  for (const name of names) {
    const upstream = await startUpstream(scripts[name] ?? [{ status: 200, body: { from: name } }]);
    asked[name] = upstream;
    upstreams[name] = createUpstream(name, upstream.url, quietLog);
    cleanUp.push(upstream.close, upstreams[name].close);
  }
  const { order, payment, shipping } = upstreams as Required<typeof upstreams>;
  if (!order || !payment || !shipping) throw new Error('not all upstreams were made');
  const summarise = createSummary({ order, payment, shipment: shipping });
  const server = createServer({ log: quietLog, ready: {} });
  addRoutes(server, { authenticate: await authenticate(), upstreams, summarise });
  cleanUp.push(() => server.close());
  const customer = { authorization: `Bearer ${await labToken('user-1')}` };
  const get = (url: string, headers: Record<string, string> = customer) => server.inject({ url, headers });
  const pathsOf = (name: string) => asked[name]?.requests.map(({ path }) => path);
  return { server, customer, get, pathsOf };
}

test('a request goes by path and method to the service that answers it, with its query', async () => {
  const { server, get, customer, pathsOf } = await gateway();
  expect((await get('/api/v1/orders/o-1')).json()).toEqual({ from: 'order' });
  expect((await get('/api/v1/stock/p-1?fresh=1', {})).json()).toEqual({ from: 'inventory' });
  expect(pathsOf('inventory')).toEqual(['/stock/p-1?fresh=1']);
  const unknown = await server.inject({ method: 'DELETE', url: '/api/v1/orders/o-1', headers: customer });
  expect(unknown.statusCode).toBe(404);
});

test('a header decides between front ends and between versions', async () => {
  const { get } = await gateway({ order: [{ status: 200, body: { orderId: 'o-1', status: 'pending', total: 5 } }] });
  expect((await get('/api/v1/home', { 'x-client': 'mobile' })).json()).toEqual({ from: 'bff-mobile' });
  expect((await get('/api/v1/home', { 'x-client': 'fridge' })).json()).toEqual({ from: 'bff-web' });
  const { customer } = await gateway();
  expect((await get('/api/orders/o-1', { ...customer, 'api-version': '2' })).json()).toMatchObject({ id: 'o-1' });
  expect((await get('/api/orders/o-1', customer)).json()).toMatchObject({ orderId: 'o-1' });
});

test('what a path says stays one segment of the path behind the door', async () => {
  const { get, pathsOf } = await gateway();
  await get(`/api/v1/orders/${encodeURIComponent('../payments/1?x=y')}`);
  expect(pathsOf('order')).toEqual(['/orders/..%2Fpayments%2F1%3Fx%3Dy']);
});

test('an unsigned token, a shared secret, a foreign key, another kind of signature and a late token open nothing', async () => {
  const { get, pathsOf } = await gateway();
  const soon = Math.floor((performance.timeOrigin + performance.now()) / 1_000) + 600;
  const claims = { sub: 'user-1', iss: LAB_ISSUER, aud: LAB_AUDIENCE, exp: soon };
  const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = async (alg: string, key: CryptoKey | Uint8Array) =>
    new SignJWT(claims).setProtectedHeader({ alg, kid: 'lab-only-2025' }).sign(key);
  const tokens = [
    `${encoded({ alg: 'none', typ: 'JWT' })}.${encoded(claims)}.`,
    await signed('HS256', new TextEncoder().encode('lab-only-2025'.padEnd(32))),
    await signed('EdDSA', (await generateKeyPair('EdDSA')).privateKey),
    await signed('RS256', (await generateKeyPair('RS256')).privateKey),
    await labToken('user-1', { expiresInSeconds: -30 }),
  ];
  for (const token of tokens) {
    const answer = await get('/api/v1/orders/o-1', { authorization: `Bearer ${token}` });
    expect(answer.statusCode, token).toBe(401);
  }
  expect((await get('/api/v1/orders/o-1', {})).statusCode).toBe(401);
  expect(pathsOf('order')).toEqual([]);
  const skewed = `Bearer ${await labToken('user-1', { expiresInSeconds: -2 })}`;
  expect((await get('/api/v1/orders/o-1', { authorization: skewed })).statusCode).toBe(200);
});

test('a partner does what its key allows and nothing else', async () => {
  const { get, customer, pathsOf } = await gateway();
  const path = '/api/v1/partner/stock/p-1';
  expect((await get(path, { 'x-api-key': WHOLESALER_KEY })).statusCode).toBe(200);
  expect((await get(path, { 'x-api-key': NEWCOMER_KEY })).statusCode).toBe(403);
  expect((await get(path, { 'x-api-key': 'guessed' })).statusCode).toBe(401);
  expect((await get(path, customer)).statusCode).toBe(403);
  expect((await get('/api/v1/orders/o-1', { 'x-api-key': WHOLESALER_KEY })).statusCode).toBe(403);
  expect(pathsOf('inventory')).toHaveLength(1);
  expect(pathsOf('order')).toEqual([]);
});

test('version 2 speaks of money with its currency, and names the wrong field in its own words', async () => {
  const items = [{ productId: 'p-1', quantity: 2, price: 1_999 }];
  const { server, customer, get } = await gateway({
    order: [
      { status: 200, body: { orderId: 'o-1', status: 'pending', total: 3_998, items, placedAt: 0 } },
      { status: 400, body: { title: 'Invalid order', field: 'items[0].price', detail: 'items[0].price must be' } },
    ],
  });
  expect((await get('/api/v2/orders/o-1')).json()).toEqual({
    ...{ id: 'o-1', state: 'pending', total: { amount: '39.98', currency: 'EUR' } },
    lines: [{ productId: 'p-1', quantity: 2, unitPrice: { amount: '19.99', currency: 'EUR' } }],
    placedAt: '1970-01-01T00:00:00.000Z',
  });
  const place = (body: object) =>
    server.inject({ method: 'POST', url: '/api/v2/orders', headers: { ...customer, 'idempotency-key': 'k-1' }, body });
  const line = { productId: 'p-1', quantity: 1, unitPrice: { amount: '19.99', currency: 'EUR' } };
  const order = { lines: [line], shipTo: 'address-1', payWith: 'card' };
  expect((await place(order)).json()).toMatchObject({ field: 'lines[0].unitPrice' });
  expect((await place({ ...order, coupon: 'x' })).json()).toMatchObject({ status: 400, field: 'coupon' });
  const dear = { ...line, unitPrice: { amount: 19.99, currency: 'EUR' } };
  expect((await place({ ...order, lines: [dear] })).json()).toMatchObject({ field: 'lines[0].unitPrice.amount' });
});

test('a summary is order, payment and shipment; a part that is away is named, and one that is not there yet is null', async () => {
  const order = { orderId: 'o-1', status: 'pending' };
  const { get } = await gateway({
    order: [{ status: 200, body: order }],
    payment: ['reset'],
    shipping: [{ status: 404, body: {} }],
  });
  const answer = await get('/api/v1/orders/o-1/summary');
  expect(answer.statusCode).toBe(200);
  expect(answer.json()).toEqual({ order, payment: null, shipment: null, degraded: ['payment'] });
});

test('nothing is told of an order that is somebody else’s', async () => {
  const { get } = await gateway({ order: [{ status: 404, body: { status: 404, title: 'Order not found' } }] });
  const answer = await get('/api/v1/orders/o-1/summary');
  expect(answer.statusCode).toBe(404);
  expect(answer.json()).toEqual({ status: 404, title: 'Order not found' });
});

test('a slow part takes its own slots and not those of others', async () => {
  const { get, pathsOf } = await gateway({ payment: ['silent'] });
  const round = () => Promise.all(Array.from({ length: 6 }, () => get('/api/v1/orders/o-1/summary')));
  const answers = [...(await round()), ...(await round()), ...(await round())];
  for (const answer of answers)
    expect(answer.json()).toMatchObject({ shipment: { from: 'shipping' }, degraded: ['payment'] });
  expect(pathsOf('payment')).toHaveLength(8);
  expect(pathsOf('shipping')).toHaveLength(18);
});
