/** Everything that the document of the door forbids in a body is refused at the door or behind it: 400, a problem document that names the field. */
import { type AddressInfo, connect } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { publicOperations } from '../../../fixtures/bad-input/public-operations.ts';
import { exampleOf, violationsOf } from '../../../fixtures/bad-input/violations.ts';
import { addRoutes } from '../../../services-under-test/gateway/routes.ts';
import { TABLE } from '../../../services-under-test/gateway/table.ts';
import type { HttpCall } from '../../../services-under-test/kit/http-client.ts';
import { createServer } from '../../../services-under-test/kit/http-server.ts';
import { serverOf } from './registered.ts';
import { quietLog } from './upstream.ts';

const services = new Map<string, FastifyInstance>();
const server = createServer({ log: quietLog, ready: {} });

/** The service's own routes, asked as the gateway asks them. */
const upstreamOf = (name: string) => {
  const behind = serverOf(name);
  services.set(name, behind);
  const ask = async ({ method, path, headers, body }: HttpCall) => {
    const json: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' };
    const payload = body === undefined ? undefined : JSON.stringify(body);
    const answer = await behind.inject({
      method,
      url: path,
      headers: { ...json, ...headers },
      ...(payload && { payload }),
    });
    return { status: answer.statusCode, headers: answer.headers as Record<string, string>, body: answer.json() };
  };
  return { ask, close: async () => undefined };
};
addRoutes(server, {
  // Whoever calls may everything: this is about what they say.
  authenticate: async () => ({ kind: 'customer', id: 'user-1', scopes: ['catalog:write'] }),
  upstreams: Object.fromEntries([...new Set(TABLE.map((row) => row.upstream))].map((name) => [name, upstreamOf(name)])),
});
beforeAll(async () => void (await server.listen({ port: 0, host: '127.0.0.1' })));
afterAll(async () => void (await Promise.all([server, ...services.values()].map((one) => one.close()))));

const taking = publicOperations().filter(({ takes }) => takes !== undefined);

function ask(method: string, path: string, payload: string, type = 'application/json') {
  const headers = { 'content-type': type, 'idempotency-key': 'key-1', 'api-version': '1' };
  const url = path.replaceAll(/\{\w+\}/g, 'some-1');
  return server.inject({ method: method as 'POST', url, headers, payload });
}

test('there is a good number of operations that take a body', () => {
  expect(taking.length).toBeGreaterThanOrEqual(15);
});

test.each(taking.map((operation) => [`${operation.method} ${operation.path}`, operation] as const))(
  '%s refuses whatever its document forbids, and names the field',
  async (_name, { method, path, takes = {} }) => {
    const violations = violationsOf(takes);
    expect(violations.length).toBeGreaterThan(5);
    for (const { what, body, field } of violations) {
      const answer = await ask(method, path, JSON.stringify(body));
      const about = `${what} at "${field}": ${answer.body}`;
      expect(answer.statusCode, about).toBe(400);
      expect(answer.headers['content-type'], about).toContain('application/problem+json');
      const problem = answer.json() as { field?: string; correlationId?: string };
      expect(problem.field?.startsWith(field), about).toBe(true);
      expect(problem.correlationId, about).toMatch(/^[\x21-\x7e]{1,100}$/);
    }
  },
);

test.each(taking.map(({ method, path }) => [method, path] as const))(
  '%s %s refuses what is no JSON (400), is of another type (415), or too large (413)',
  async (method, path) => {
    const large = JSON.stringify({ more: 'x'.repeat(300_000) });
    const answers = [
      [await ask(method, path, '{"items": ['), 400],
      [await ask(method, path, 'a text', 'text/csv'), 415],
      [await ask(method, path, large), 413],
    ] as const;
    for (const [answer, status] of answers) {
      expect(answer.statusCode, answer.body).toBe(status);
      expect(answer.json()).toMatchObject({ status, correlationId: expect.any(String) });
      expect(answer.body).not.toMatch(/node_modules|FST_ERR|at .*:\d+:\d+/);
    }
  },
);

test('what is made as an example is allowed by its own schema', () => {
  for (const { takes = {} } of taking)
    expect(violationsOf(takes).map(({ body }) => body)).not.toContainEqual(exampleOf(takes));
});

test('an address with a part too long, or wrongly encoded, is refused in the one shape, with the caller’s correlation id', async () => {
  const headers = { 'x-correlation-id': 'asked-7' };
  const long = await server.inject({ url: `/api/v1/orders/${'x'.repeat(300)}`, headers });
  const wrong = await server.inject({ url: '/api/v1/orders/%zz', headers });
  for (const [answer, status] of [
    [long, 414],
    [wrong, 400],
  ] as const) {
    expect(answer.statusCode, answer.body).toBe(status);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(answer.json()).toMatchObject({ status, correlationId: 'asked-7' });
    expect(answer.body).not.toMatch(/FST_ERR|xxxx|%zz/);
  }
});

test('what is no HTTP, or has a head without end, is refused in the same shape', async () => {
  const { port } = server.server.address() as AddressInfo;
  const large = `GET / HTTP/1.1\r\nhost: a\r\nx-more: ${'x'.repeat(40_000)}\r\n\r\n`;
  for (const [sent, status] of [
    ['no http at all\r\n\r\n', 400],
    [large, 431],
  ] as const) {
    const answer = await answerTo(port, sent);
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(answer).toContain('content-type: application/problem+json');
    const problem = JSON.parse(answer.slice(answer.indexOf('\r\n\r\n'))) as { correlationId: string };
    expect(answer).toContain(`x-correlation-id: ${problem.correlationId}`);
  }
});

test('who sends a body that is too large is told so, and not cut off', async () => {
  const { port } = server.server.address() as AddressInfo;
  const body = JSON.stringify({ more: 'x'.repeat(7_000_000) });
  const head = `POST /api/v1/orders HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: ${body.length}`;
  expect(await answerTo(port, `${head}\r\n\r\n${body}`)).toMatch(/^HTTP\/1\.1 413 /);
});

/** Everything that comes back on a connection of one's own. */
function answerTo(port: number, sent: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let got = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(sent));
    socket.setEncoding('utf8').on('data', (text) => {
      got += text;
    });
    socket.on('error', reject).on('close', () => resolve(got));
  });
}
