/** Whatever comes to the door is answered: never a 5xx of its own making, refusals as problem documents, and nothing that was sent becomes a header. */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LAB_AUDIENCE, LAB_ISSUER, labToken } from '../../../fixtures/keys/token.ts';
import { createAuthentication } from '../../../services-under-test/gateway/authentication.ts';
import { keysFromFile } from '../../../services-under-test/gateway/key-source.ts';
import { addRoutes } from '../../../services-under-test/gateway/routes.ts';
import { TABLE } from '../../../services-under-test/gateway/table.ts';
import { orderOfV2, orderToV2 } from '../../../services-under-test/gateway/versions.ts';
import type { HttpCall } from '../../../services-under-test/kit/http-client.ts';
import { createServer } from '../../../services-under-test/kit/http-server.ts';
import { ProblemError } from '../../../services-under-test/kit/problem.ts';
import { orderRequestOf } from '../../../services-under-test/order/rules.ts';
import { quietLog } from './upstream.ts';

const server = createServer({ log: quietLog, ready: {}, deadlineMs: Number.POSITIVE_INFINITY });
const asked: HttpCall[] = [];
let authorization = '';

beforeAll(async () => {
  const file = new URL('../../../fixtures/keys/lab-only.jwks.json', import.meta.url).pathname;
  const keys = await keysFromFile(file);
  authorization = `Bearer ${await labToken('user-1')}`;
  // Behind the door the order service's own rules, and an echo for the rest.
  const ask = async (call: HttpCall) => {
    asked.push(call);
    if (call.method !== 'POST' || call.path !== '/orders') return { status: 200, headers: {}, body: {} };
    try {
      return { status: 201, headers: {}, body: { orderId: 'o-1', total: orderRequestOf(call.body).items.length } };
    } catch (error) {
      if (error instanceof ProblemError) return { status: error.status, headers: {}, body: { field: error.field } };
      throw error;
    }
  };
  const upstream = { ask, close: async () => undefined };
  const upstreams = Object.fromEntries(TABLE.map((row) => [row.upstream, upstream]));
  addRoutes(server, {
    authenticate: createAuthentication({ keys, issuer: LAB_ISSUER, audience: LAB_AUDIENCE }),
    upstreams,
  });
});
afterAll(() => server.close());

const hostile = fc.oneof(
  fc.string(),
  fc.constantFrom("'; drop table orders; --", '../../etc/passwd', 'a\r\nx-user-id: root', '%00', '${7*7}', '__proto__'),
);
const anything = fc.jsonValue();
const amount = fc.oneof(
  fc.integer(),
  fc.double(),
  fc.constantFrom(-1, 0, 2 ** 53, 1e308, Number.MAX_SAFE_INTEGER),
  anything,
);
const orderLike = fc.record(
  {
    items: fc.oneof(
      anything,
      fc.array(fc.record({ productId: fc.oneof(hostile, anything), quantity: amount, price: amount }), {
        maxLength: 60,
      }),
    ),
    shippingAddressId: fc.oneof(hostile, anything),
    paymentMethod: fc.oneof(hostile, anything),
    idempotencyKey: fc.oneof(hostile, anything),
  },
  { requiredKeys: [] },
);
const runs = { numRuns: 60 };

function mustBeGood({ statusCode, headers, body }: Awaited<ReturnType<typeof server.inject>>): void {
  expect(statusCode).toBeLessThan(500);
  if (statusCode >= 400) expect(headers['content-type']).toContain('application/problem+json');
  expect(body).not.toMatch(/at .*\(.*:\d+:\d+\)|node_modules/);
}

test('whatever is posted as an order, it is taken or refused', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('/api/v1/orders', '/api/v2/orders', '/api/orders'),
      fc.oneof(orderLike, anything),
      async (url, body) => {
        const headers = { authorization, 'content-type': 'application/json', 'idempotency-key': 'k-1' };
        mustBeGood(await server.inject({ method: 'POST', url, headers, body: JSON.stringify(body) ?? '' }));
      },
    ),
    runs,
  );
});

test('whatever bytes are posted, they are taken or refused', async () => {
  const types = fc.constantFrom(
    'application/json',
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data',
    '',
  );
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), types, async (bytes, type) => {
      const headers = { authorization, ...(type && { 'content-type': type }) };
      mustBeGood(await server.inject({ method: 'POST', url: '/api/v1/orders', headers, payload: Buffer.from(bytes) }));
    }),
    runs,
  );
});

test('whatever stands in a path, it stays one segment behind the door', async () => {
  await fc.assert(
    fc.asyncProperty(
      hostile.filter((text) => text.length > 0),
      async (text) => {
        asked.length = 0;
        const segment = encodeURIComponent(text.toWellFormed());
        const answer = await server.inject({ url: `/api/v1/orders/${segment}`, headers: { authorization } });
        mustBeGood(answer);
        for (const { path, headers } of asked) {
          expect(path.slice('/orders/'.length)).not.toMatch(/[/?#\s]/);
          expect(headers?.['x-user-id']).toBe('user-1');
        }
      },
    ),
    runs,
  );
});

test('no header of a caller makes it somebody else', async () => {
  const names = fc.constantFrom(
    'x-user-id',
    'x-api-key',
    'x-correlation-id',
    'traceparent',
    'x-deadline',
    'idempotency-key',
    'accept',
  );
  const values = fc.string({ unit: 'grapheme-ascii', maxLength: 200 });
  await fc.assert(
    fc.asyncProperty(fc.dictionary(names, values), async (headers) => {
      asked.length = 0;
      const answer = await server.inject({ url: '/api/v1/orders/o-1', headers: { ...headers, authorization } });
      mustBeGood(answer);
      expect(answer.headers['x-correlation-id']).toMatch(/^[\x21-\x7e]{1,100}$/);
      for (const call of asked) expect(call.headers).toEqual({ 'x-user-id': 'user-1' });
    }),
    runs,
  );
});

test('any token but a good one is refused, and nobody behind the door hears of it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(hostile, fc.stringMatching(/^[\w-]{1,40}\.[\w-]{1,40}\.[\w-]{0,40}$/)), async (token) => {
      asked.length = 0;
      const headers = { authorization: `Bearer ${token.replaceAll(/[^\x20-\x7e]/g, '')}` };
      const answer = await server.inject({ url: '/api/v1/orders/o-1', headers });
      expect(answer.statusCode).toBe(401);
      expect(asked).toEqual([]);
    }),
    runs,
  );
});

test('a body that is too large is 413', async () => {
  const body = JSON.stringify({ items: 'x'.repeat(300_000) });
  const headers = { authorization, 'content-type': 'application/json' };
  const answer = await server.inject({ method: 'POST', url: '/api/v1/orders', headers, body });
  expect(answer.statusCode).toBe(413);
  expect(answer.json()).toMatchObject({ status: 413 });
});

test('money of version 2 comes to the cent, there and back', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 999_999_999 }), (cents) => {
      const { total } = orderToV2({ total: cents }) as { total: { amount: string; currency: string } };
      const line = { productId: 'p-1', quantity: 1, unitPrice: total };
      expect(orderOfV2({ lines: [line], shipTo: 'a', payWith: 'card' })).toMatchObject({ items: [{ price: cents }] });
    }),
  );
});
