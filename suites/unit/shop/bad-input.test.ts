/** Everything that the document of the door forbids in a body is refused at the door or behind it: 400, a problem document that names the field. */
import type { FastifyInstance } from 'fastify';
import { afterAll, expect, test } from 'vitest';
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
