/** What the gateway needs of order and inventory, asked through its own public routes. */
import { MatchersV3 } from '@pact-foundation/pact';
import type { InjectOptions } from 'fastify';
import { expect, test } from 'vitest';
import { consumerContract } from '../../../harness/contracts/index.ts';
import { addRoutes } from '../../../services-under-test/gateway/routes.ts';
import { createUpstream } from '../../../services-under-test/gateway/upstream.ts';
import { createServer } from '../../../services-under-test/kit/http-server.ts';
import { createLog } from '../../../services-under-test/kit/log.ts';
import { fromState, ORDER_ID } from './expected.ts';

const { eachLike, integer, string, uuid } = MatchersV3;

const order = consumerContract(import.meta.url, 'gateway', 'order');
const inventory = consumerContract(import.meta.url, 'gateway', 'inventory');
const log = createLog('gateway');

const USER = 'user-contract';
const KEY = 'key-1';
const ORDER = {
  items: [{ productId: 'product-1', quantity: 2, price: 1999 }],
  shippingAddressId: 'address-1',
  paymentMethod: 'card',
};
const idempotencyKey = fromState(`$\{idempotencyKey}`, KEY);
const orderPath = fromState(`/orders/$\{orderId}`, `/orders/${ORDER_ID}`);

/** Asks the gateway, whose upstreams are both at `url`. Who calls is not what these contracts are about. */
async function askGateway(url: string, request: InjectOptions) {
  const server = createServer({ log, ready: {} });
  const upstreams = { order: createUpstream('order', url, log), inventory: createUpstream('inventory', url, log) };
  const authenticate = async () => ({ kind: 'customer' as const, id: USER, scopes: [] });
  addRoutes(server, { authenticate, upstreams });
  try {
    const answer = await server.inject(request);
    return { status: answer.statusCode, type: String(answer.headers['content-type']), body: answer.json() };
  } finally {
    await Promise.all([upstreams.order.close(), upstreams.inventory.close(), server.close()]);
  }
}

function placing(body: object): InjectOptions {
  return { method: 'POST', url: '/api/v1/orders', payload: { ...body, idempotencyKey: KEY } };
}

/** An error answer, as far as the gateway's callers rely on it. */
function problem(status: number) {
  return { type: string('urn:problem:some'), title: string('Some problem'), status, detail: string('what is wrong') };
}

const PROBLEM = { 'Content-Type': 'application/problem+json' };

test('an order that is placed is pending, with its id and total', async () => {
  await order
    .http('place an order', 'a key that was not used')
    .withRequest('POST', '/orders', (request) =>
      request.headers({ 'x-user-id': USER, 'idempotency-key': idempotencyKey }).jsonBody(ORDER),
    )
    .willRespondWith(201, (reply) =>
      reply.jsonBody({ orderId: uuid(ORDER_ID), status: 'pending', total: integer(3998) }),
    )
    .executeTest(async ({ url }) => {
      const answer = await askGateway(url, placing(ORDER));
      expect(answer).toMatchObject({ status: 201, body: { orderId: ORDER_ID, status: 'pending', total: 3998 } });
    });
});

test('the same order under the same key gets the first answer again', async () => {
  await order
    .http('place the same order again', { name: 'an order was placed under the key', params: { order: ORDER } })
    .withRequest('POST', '/orders', (request) =>
      request.headers({ 'x-user-id': USER, 'idempotency-key': idempotencyKey }).jsonBody(ORDER),
    )
    .willRespondWith(201, (reply) =>
      reply.jsonBody({ orderId: uuid(ORDER_ID), status: 'pending', total: integer(3998) }),
    )
    .executeTest(async ({ url }) => {
      expect((await askGateway(url, placing(ORDER))).status).toBe(201);
    });
});

test('another order under the same key is refused', async () => {
  const other = { ...ORDER, paymentMethod: 'wallet' };

  await order
    .http('place another order under a used key', {
      name: 'an order was placed under the key',
      params: { order: ORDER },
    })
    .withRequest('POST', '/orders', (request) =>
      request.headers({ 'x-user-id': USER, 'idempotency-key': idempotencyKey }).jsonBody(other),
    )
    .willRespondWith(422, (reply) => reply.headers(PROBLEM).jsonBody(problem(422)))
    .executeTest(async ({ url }) => {
      const answer = await askGateway(url, placing(other));
      expect(answer).toMatchObject({ status: 422, type: expect.stringContaining(PROBLEM['Content-Type']) });
    });
});

test('an order without items is refused, and the wrong field is named', async () => {
  const empty = { ...ORDER, items: [] };

  await order
    .http('place an order without items', 'a key that was not used')
    .withRequest('POST', '/orders', (request) =>
      request.headers({ 'x-user-id': USER, 'idempotency-key': idempotencyKey }).jsonBody(empty),
    )
    .willRespondWith(400, (reply) => reply.headers(PROBLEM).jsonBody({ ...problem(400), field: 'items' }))
    .executeTest(async ({ url }) => {
      expect(await askGateway(url, placing(empty))).toMatchObject({ status: 400, body: { field: 'items' } });
    });
});

test('an order can be looked at by the one who placed it', async () => {
  await order
    .http('look at an order', { name: 'the user has placed an order', params: { user: USER, order: ORDER } })
    .withRequest('GET', orderPath, (request) => request.headers({ 'x-user-id': USER }))
    .willRespondWith(200, (reply) =>
      reply.jsonBody({
        orderId: uuid(ORDER_ID),
        status: MatchersV3.regex('^(pending|completed|rejected|payment_failed|cancelled)$', 'pending'),
        total: integer(3998),
        items: eachLike({ productId: string('product-1'), quantity: integer(2), price: integer(1999) }),
      }),
    )
    .executeTest(async ({ url }) => {
      const answer = await askGateway(url, { method: 'GET', url: `/api/v1/orders/${ORDER_ID}` });
      expect(answer).toMatchObject({ status: 200, body: { orderId: ORDER_ID, total: 3998 } });
    });
});

test('an order that nobody placed is not found', async () => {
  await order
    .http('look at an order that does not exist')
    .withRequest('GET', `/orders/${ORDER_ID}`, (request) => request.headers({ 'x-user-id': USER }))
    .willRespondWith(404, (reply) => reply.headers(PROBLEM).jsonBody(problem(404)))
    .executeTest(async ({ url }) => {
      expect((await askGateway(url, { method: 'GET', url: `/api/v1/orders/${ORDER_ID}` })).status).toBe(404);
    });
});

test('the stock of a product is a whole number', async () => {
  await inventory
    .http('how much is there of a product', 'a product is on the shelves')
    .withRequest('GET', fromState(`/stock/$\{productId}`, '/stock/product-1'))
    .willRespondWith(200, (reply) => reply.jsonBody({ productId: string('product-1'), available: integer(7) }))
    .executeTest(async ({ url }) => {
      const answer = await askGateway(url, { method: 'GET', url: '/api/v1/stock/product-1' });
      expect(answer).toMatchObject({ status: 200, body: { productId: 'product-1', available: 7 } });
    });
});

test('a product that is not sold here is not found', async () => {
  await inventory
    .http('how much is there of an unknown product')
    .withRequest('GET', '/stock/no-such-product')
    .willRespondWith(404, (reply) => reply.headers(PROBLEM).jsonBody(problem(404)))
    .executeTest(async ({ url }) => {
      const answer = await askGateway(url, { method: 'GET', url: '/api/v1/stock/no-such-product' });
      expect(answer.status).toBe(404);
    });
});
