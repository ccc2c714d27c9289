/** The gateway: who is let in, what is tried again, and how quickly it says that an upstream is away. */
import { afterEach, expect, test } from 'vitest';
import { LAB_AUDIENCE, LAB_ISSUER, labToken } from '../../../fixtures/keys/token.ts';
import { type Authenticate, createAuthentication } from '../../../services-under-test/gateway/authentication.ts';
import { keysFromFile } from '../../../services-under-test/gateway/key-source.ts';
import { addRoutes } from '../../../services-under-test/gateway/routes.ts';
import { isBrokenConnection, orderCallOf } from '../../../services-under-test/gateway/rules.ts';
import { createUpstream } from '../../../services-under-test/gateway/upstream.ts';
import { createServer } from '../../../services-under-test/kit/http-server.ts';
import { type Answer, quietLog, startUpstream } from './upstream.ts';

const cleanUp: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of cleanUp.splice(0).reverse()) await close();
});

async function authentication(): Promise<Authenticate> {
  const keys = await keysFromFile(new URL('../../../fixtures/keys/lab-only.jwks.json', import.meta.url).pathname);
  return createAuthentication({ keys, issuer: LAB_ISSUER, audience: LAB_AUDIENCE });
}

async function gateway(...answers: Answer[]) {
  const [order, inventory] = [
    await startUpstream(answers),
    await startUpstream([{ status: 200, body: { available: 3 } }]),
  ];
  const upstreams = {
    order: createUpstream('order', order.url, quietLog),
    inventory: createUpstream('inventory', inventory.url, quietLog),
  };
  const server = createServer({ log: quietLog, ready: {} });
  addRoutes(server, { authenticate: await authentication(), upstreams });
  cleanUp.push(order.close, inventory.close, upstreams.order.close, upstreams.inventory.close, () => server.close());
  return { server, order, inventory };
}

async function placeOn({ server }: Awaited<ReturnType<typeof gateway>>, token?: string) {
  const startedAt = performance.now();
  const answer = await server.inject({
    method: 'POST',
    url: '/api/v1/orders',
    headers: { authorization: `Bearer ${token ?? (await labToken('user-1'))}` },
    body: { items: [], idempotencyKey: 'key-1' },
  });
  return { answer, tookMs: performance.now() - startedAt };
}

test('a good token names its user; others are refused with 401', async () => {
  const authenticate = await authentication();
  const good = { authorization: `Bearer ${await labToken('user-7')}` };
  expect(await authenticate(good)).toMatchObject({ kind: 'customer', id: 'user-7' });
  expect(await authenticate({})).toBeUndefined();
  const bad = [
    'Basic abc',
    'Bearer a.b.c',
    `Bearer ${await labToken('user-7', { issuer: 'https://somebody.else' })}`,
    `Bearer ${await labToken('user-7', { audience: 'another-shop' })}`,
    `Bearer ${await labToken('user-7', { expiresInSeconds: -60 })}`,
    `Bearer ${(await labToken('user-7')).slice(0, -4)}AAAA`,
  ];
  for (const authorization of bad) await expect(authenticate({ authorization })).rejects.toMatchObject({ status: 401 });
});

test('without a token no upstream is asked, and the problem carries the correlation id', async () => {
  const lab = await gateway({ status: 201, body: {} });
  const answer = await lab.server.inject({
    method: 'POST',
    url: '/api/v1/orders',
    headers: { 'x-correlation-id': 'corr-1' },
  });
  expect(answer.statusCode).toBe(401);
  expect(answer.headers['content-type']).toContain('application/problem+json');
  expect(answer.json()).toMatchObject({ status: 401, correlationId: 'corr-1' });
  expect(lab.order.requests).toHaveLength(0);
});

test('an answer of the upstream is passed on, with the idempotency key as a header', async () => {
  const lab = await gateway({ status: 201, body: { orderId: 'o-1' } });
  const { answer } = await placeOn(lab);
  expect(answer.statusCode).toBe(201);
  expect(answer.json()).toEqual({ orderId: 'o-1' });
  expect(lab.order.requests).toMatchObject([{ path: '/orders', key: 'key-1' }]);
});

test('a broken connection is tried once more, a second one is answered 503 with Retry-After', async () => {
  expect((await placeOn(await gateway('reset', { status: 201, body: {} }))).answer.statusCode).toBe(201);
  const lab = await gateway('reset');
  const { answer } = await placeOn(lab);
  expect(answer.statusCode).toBe(503);
  expect(answer.headers['retry-after']).toBe('1');
  expect(lab.order.requests).toHaveLength(2);
});

test('a time-out is not tried again and is answered 503 within a second', async () => {
  const lab = await gateway('silent');
  const { answer, tookMs } = await placeOn(lab);
  expect(answer.statusCode).toBe(503);
  expect(tookMs).toBeLessThan(1_000);
  expect(lab.order.requests).toHaveLength(1);
});

test('after five failed attempts an upstream is left alone, and the other is served as before', async () => {
  const lab = await gateway({ status: 500, body: {} });
  for (let i = 0; i < 8; i++) expect((await placeOn(lab)).answer.statusCode).toBe(503);
  expect(lab.order.requests).toHaveLength(5);
  const stock = await lab.server.inject({ method: 'GET', url: '/api/v1/stock/product-1' });
  expect(stock.json()).toEqual({ available: 3 });
});

test('what is a broken connection, and what is not', () => {
  expect(isBrokenConnection(Object.assign(new Error(), { code: 'ECONNRESET' }))).toBe(true);
  expect(isBrokenConnection(Object.assign(new Error(), { code: 'EPIPE' }))).toBe(true);
  expect(isBrokenConnection(Object.assign(new Error(), { name: 'AbortError', code: 'ABORT_ERR' }))).toBe(false);
  expect(isBrokenConnection(undefined)).toBe(false);
});

test('the idempotency key leaves the body', () => {
  expect(orderCallOf({ items: [1], idempotencyKey: 'k' })).toEqual({ key: 'k', body: { items: [1] } });
  expect(orderCallOf('nonsense')).toEqual({ key: '', body: {} });
});
