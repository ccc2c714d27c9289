/** The small parts of the kit: trace context, problem documents, idempotency keys, health, back-off. */
import { Agent, get, type IncomingMessage } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { childSpan, inContext, receivedContext, traceIdOf } from '../../../services-under-test/kit/context.ts';
import { healthReport } from '../../../services-under-test/kit/health.ts';
import { createServer } from '../../../services-under-test/kit/http-server.ts';
import { bodyHash, keyOf, replay } from '../../../services-under-test/kit/idempotency.ts';
import { ProblemError, problemOf } from '../../../services-under-test/kit/problem.ts';
import { backoffMs } from '../../../services-under-test/kit/time.ts';
import { quietLog } from './upstream.ts';

const TRACE = '0123456789abcdef0123456789abcdef';

test('a span keeps the trace of its parent and gets an id of its own', () => {
  const parent = `00-${TRACE}-aaaaaaaaaaaaaaaa-01`;
  const child = childSpan(parent);
  expect(traceIdOf(child)).toBe(TRACE);
  expect(child).not.toBe(parent);
});

test('without a valid parent a new trace begins', () => {
  for (const parent of [undefined, '', 'nonsense', `00-${TRACE}`])
    expect(childSpan(parent)).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  expect(childSpan(undefined)).not.toBe(childSpan(undefined));
  expect(receivedContext(undefined, undefined).correlationId).toMatch(/^[0-9a-f-]{36}$/);
});

test('a problem document names what is wrong; an internal error tells nothing about itself', () => {
  const context = { traceparent: childSpan(undefined), correlationId: 'corr-1' };
  const problem = inContext(context, () =>
    problemOf(new ProblemError(400, 'Invalid order', { detail: 'items[0] is', field: 'items[0]' })),
  );
  expect(problem).toEqual({
    ...{ type: 'urn:problem:invalid-order', title: 'Invalid order', status: 400 },
    ...{ detail: 'items[0] is', field: 'items[0]', correlationId: 'corr-1' },
  });
  expect(JSON.stringify(problemOf(new Error('the password is swordfish')))).not.toContain('swordfish');
});

test('a body that is no JSON, and a path that is none, are problem documents too', async () => {
  const server = createServer({ log: quietLog, ready: {} });
  server.post('/things', () => ({}));
  const headers = { 'content-type': 'application/json', 'x-correlation-id': 'corr-2' };
  const bad = await server.inject({ method: 'POST', url: '/things', headers, body: '{"a":' });
  expect(bad.statusCode).toBe(400);
  expect(bad.headers['content-type']).toContain('application/problem+json');
  expect(bad.json()).toMatchObject({ status: 400, correlationId: 'corr-2' });
  const lost = await server.inject({ method: 'GET', url: '/nowhere' });
  expect(lost.json()).toMatchObject({ status: 404, title: 'Not found' });
  await server.close();
});

test('a request that is under way when the service ends is answered, and its connection goes with it', async () => {
  const server = createServer({ log: quietLog, ready: {} });
  const arrived = Promise.withResolvers<void>();
  const finish = Promise.withResolvers<void>();
  server.get('/slow', async () => {
    arrived.resolve();
    await finish.promise;
    return { done: true };
  });
  server.addHook('preClose', async () => finish.resolve());
  const origin = await server.listen({ port: 0, host: '127.0.0.1' });
  const agent = new Agent({ keepAlive: true });
  onTestFinished(() => agent.destroy());
  const answer = fetchOver(agent, `${origin}/slow`);
  await arrived.promise;
  const closed = server.close();
  expect(await answer).toEqual({ status: 200, connection: 'close' });
  // Without that the end waits for the connection's own time-out, which is longer than any test.
  await closed;
});

test('the same key and body give the first answer again, another body is refused with 422', () => {
  const hash = bodyHash({ items: [1] });
  expect(replay({ body_hash: hash, answer: '{"orderId":"o-1"}' }, hash)).toEqual({ orderId: 'o-1' });
  expect(() => replay({ body_hash: hash, answer: '{}' }, bodyHash({ items: [2] }))).toThrow(
    expect.objectContaining({ status: 422 }),
  );
});

test('an idempotency key is 1 to 200 visible characters', () => {
  expect(keyOf('k'.repeat(200))).toHaveLength(200);
  for (const bad of [undefined, '', ' ', 'a b', 'k'.repeat(201), ['k']])
    expect(() => keyOf(bad)).toThrow(expect.objectContaining({ status: 400 }));
});

test('a service is ready when every check is, and says which is not and why', async () => {
  const refused = async () => {
    throw new Error('connection refused');
  };
  expect(await healthReport({ database: async () => true })).toEqual({ status: 'ready', checks: { database: 'ok' } });
  expect(await healthReport({ database: refused, events: () => false })).toEqual({
    status: 'not-ready',
    checks: { database: 'connection refused', events: 'not yet' },
  });
});

test('back-off doubles up to its bound, with jitter', () => {
  for (let tries = 0; tries < 40; tries++) {
    const waitMs = backoffMs(tries, { firstMs: 50, mostMs: 400 });
    const fullMs = Math.min(400, 50 * 2 ** tries);
    expect(waitMs).toBeGreaterThanOrEqual(fullMs / 2);
    expect(waitMs).toBeLessThanOrEqual(fullMs);
  }
});

async function fetchOver(
  agent: Agent,
  url: string,
): Promise<{ status: number | undefined; connection: string | undefined }> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  get(url, { agent }, resolve).on('error', reject);
  const { statusCode, headers } = (await promise).resume();
  return { status: statusCode, connection: headers.connection };
}
