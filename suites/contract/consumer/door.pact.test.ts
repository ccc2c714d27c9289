/** What the gateway needs of those behind it beside order and inventory, asked through its own public routes. */
import { MatchersV3 } from '@pact-foundation/pact';
import type { InjectOptions } from 'fastify';
import { expect, test } from 'vitest';
import { consumerContract } from '../../../harness/contracts/index.ts';
import { addRoutes } from '../../../services-under-test/gateway/routes.ts';
import { createSummary } from '../../../services-under-test/gateway/summary.ts';
import { createUpstream } from '../../../services-under-test/gateway/upstream.ts';
import { createServer } from '../../../services-under-test/kit/http-server.ts';
import { createLog } from '../../../services-under-test/kit/log.ts';
import { fromState, ORDER_ID } from './expected.ts';

const { eachLike, integer, string } = MatchersV3;
const log = createLog('gateway');
const USER = 'user-contract';
const behind = (provider: string) => consumerContract(import.meta.url, 'gateway', provider);
const user = behind('user');
const payment = behind('payment');
const shipping = behind('shipping');
const catalog = behind('catalog');
const history = behind('order-history');
const web = behind('bff-web');
const mobile = behind('bff-mobile');

/** Asks the gateway, whose upstream `name` is at `url`. Who calls is not what these contracts are about. */
async function askGateway(name: string, url: string, request: InjectOptions) {
  const server = createServer({ log, ready: {} });
  const upstream = createUpstream(name, url, log);
  const authenticate = async () => ({ kind: 'customer' as const, id: USER, scopes: [] });
  addRoutes(server, { authenticate, upstreams: { [name]: upstream } });
  try {
    const answer = await server.inject(request);
    return { status: answer.statusCode, body: answer.json() };
  } finally {
    await Promise.all([upstream.close(), server.close()]);
  }
}

test('who knows the password gets a token', async () => {
  const credentials = { email: 'casey@customers.example', password: 'long rather than strange' };
  const filled = {
    email: fromState(`$\{email}`, credentials.email),
    password: fromState(`$\{password}`, credentials.password),
  };
  await user
    .http('log in', 'somebody has an account')
    .withRequest('POST', '/login', (request) => request.jsonBody(filled))
    .willRespondWith(200, (reply) =>
      reply.jsonBody({
        access_token: string('a.b.c'),
        token_type: 'Bearer',
        expires_in: integer(900),
        userId: string('u'),
      }),
    )
    .executeTest(async ({ url }) => {
      const answer = await askGateway('user', url, { method: 'POST', url: '/api/v1/login', payload: credentials });
      expect(answer).toMatchObject({ status: 200, body: { token_type: 'Bearer' } });
    });
});

test('who does not know it is refused', async () => {
  const wrong = { email: 'nobody@customers.example', password: 'not this one' };
  await user
    .http('log in with a wrong password')
    .withRequest('POST', '/login', (request) => request.jsonBody(wrong))
    .willRespondWith(401, (reply) =>
      reply
        .headers({ 'Content-Type': 'application/problem+json' })
        .jsonBody({ title: string('Unauthorized'), status: 401 }),
    )
    .executeTest(async ({ url }) => {
      expect((await askGateway('user', url, { method: 'POST', url: '/api/v1/login', payload: wrong })).status).toBe(
        401,
      );
    });
});

/** A part of a summary, as the gateway asks for it. */
async function partOf(name: 'payment' | 'shipment', url: string): Promise<unknown> {
  const part = createUpstream(name, url, log);
  const there = async () => ({ status: 200, headers: {}, body: {} });
  const nothing = { ask: there, close: async () => undefined };
  const summarise = createSummary({ order: nothing, payment: nothing, shipment: nothing, [name]: part });
  try {
    return ((await summarise(ORDER_ID, USER)) as unknown as Record<string, unknown>)[name];
  } finally {
    await part.close();
  }
}

test('how the payment of an order stands', async () => {
  await payment
    .http('look at a payment', 'the payment of an order is known')
    .withRequest('GET', fromState(`/payments/$\{key}`, `/payments/${ORDER_ID}`))
    .willRespondWith(200, (reply) => reply.jsonBody({ status: string('charged'), amount: integer(3_998) }))
    .executeTest(async ({ url }) => {
      expect(await partOf('payment', url)).toMatchObject({ status: 'charged', amount: 3_998 });
    });
});

test('where the parcel of an order is', async () => {
  await shipping
    .http('look at a shipment', 'the shipment of an order is known')
    .withRequest('GET', fromState(`/shipments/$\{key}`, `/shipments/${ORDER_ID}`))
    .willRespondWith(200, (reply) => reply.jsonBody({ state: 'created', tracking: string('TRACK-1') }))
    .executeTest(async ({ url }) => {
      expect(await partOf('shipment', url)).toMatchObject({ state: 'created', tracking: 'TRACK-1' });
    });
});

test('what is sold', async () => {
  const product = { productId: string('product-1'), name: string('Copper Kettle'), price: integer(1_999) };
  await catalog
    .http('look at a product at the door', 'there are products')
    .withRequest('GET', fromState(`/products/$\{productId}`, '/products/product-1'))
    .willRespondWith(200, (reply) => reply.jsonBody(product))
    .executeTest(async ({ url }) => {
      const answer = await askGateway('catalog', url, { url: '/api/v1/products/product-1' });
      expect(answer).toMatchObject({ status: 200, body: { name: 'Copper Kettle' } });
    });
});

test('a customer’s orders, and how far behind that is', async () => {
  await history
    .http('list the orders of a customer')
    .withRequest('GET', '/orders', (request) => request.headers({ 'x-user-id': USER }))
    .willRespondWith(200, (reply) => reply.jsonBody({ lag: { records: integer(0) } }))
    .executeTest(async ({ url }) => {
      const answer = await askGateway('order-history', url, { url: '/api/v1/history' });
      expect(answer).toMatchObject({ status: 200, body: { lag: { records: 0 } } });
    });
});

test('the first page of the web', async () => {
  await web
    .http('look at the first page')
    .withRequest('GET', '/home')
    .willRespondWith(200, (reply) =>
      reply.jsonBody({ products: eachLike({ productId: string('product-1'), name: string('Copper Kettle') }) }),
    )
    .executeTest(async ({ url }) => {
      const answer = await askAsNobody('bff-web', url, {});
      expect(answer).toMatchObject({ products: [{ productId: 'product-1' }] });
    });
});

test('the first page of the phone', async () => {
  await mobile
    .http('look at the first page')
    .withRequest('GET', '/home')
    .willRespondWith(200, (reply) =>
      reply.jsonBody({ items: eachLike({ id: string('product-1'), n: string('Kettle') }) }),
    )
    .executeTest(async ({ url }) => {
      const answer = await askAsNobody('bff-mobile', url, { 'x-client': 'mobile' });
      expect(answer).toMatchObject({ items: [{ id: 'product-1' }] });
    });
});

/** A page as somebody sees it who is not signed in. */
async function askAsNobody(name: string, url: string, headers: Record<string, string>): Promise<unknown> {
  const server = createServer({ log, ready: {} });
  const upstream = createUpstream(name, url, log);
  addRoutes(server, { authenticate: async () => undefined, upstreams: { [name]: upstream } });
  try {
    return (await server.inject({ url: '/api/v1/home', headers })).json();
  } finally {
    await Promise.all([upstream.close(), server.close()]);
  }
}
