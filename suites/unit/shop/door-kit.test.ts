/** What every door of the shop has: deadlines that are passed on, metrics, spans, and a correlation id that cannot be abused. */
import { afterEach, expect, test } from 'vitest';
import { currentContext, inContext, receivedContext } from '../../../services-under-test/kit/context.ts';
import { createHttpClient } from '../../../services-under-test/kit/http-client.ts';
import { createServer, listen } from '../../../services-under-test/kit/http-server.ts';
import { createMetrics } from '../../../services-under-test/kit/metrics.ts';
import { createExporter, tracesOf } from '../../../services-under-test/kit/otlp.ts';
import { nowMs } from '../../../services-under-test/kit/time.ts';
import { addSink, type Span } from '../../../services-under-test/kit/tracing.ts';
import { quietLog, startUpstream } from './upstream.ts';

const cleanUp: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of cleanUp.splice(0).reverse()) await close();
});

const TRACE = '0123456789abcdef0123456789abcdef';
const CALLER = `00-${TRACE}-aaaaaaaaaaaaaaaa-01`;

async function door(options: { deadlineMs?: number } = {}) {
  const server = createServer({ log: quietLog, ready: {}, ...options });
  server.get('/things/:id', () => ({ deadlineAt: currentContext()?.deadlineAt }));
  server.get('/slow/:id', () => {
    throw new Error('no');
  });
  await listen(server, 0);
  cleanUp.push(() => server.close());
  const address = server.server.address();
  const client = createHttpClient(`http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`);
  cleanUp.push(client.close);
  return { server, client };
}

test('a deadline is passed on as it is, not begun anew', async () => {
  const { client } = await door();
  const deadlineAt = nowMs() + 5_000;
  const context = receivedContext(CALLER, 'corr-1', String(deadlineAt));
  const answer = await inContext(context, () => client.call({ method: 'GET', path: '/things/1' }));
  expect(answer.body).toEqual({ deadlineAt });
});

test('what nobody waits for any more is answered 504 without being done, and is not asked for', async () => {
  const { server, client } = await door();
  const late = String(nowMs() - 1);
  const answer = await server.inject({ url: '/things/1', headers: { 'x-deadline': late } });
  expect(answer.statusCode).toBe(504);
  expect(answer.json()).toMatchObject({ title: 'Deadline passed' });
  const context = receivedContext(CALLER, 'corr-1', late);
  const asked = inContext(context, () => client.call({ method: 'GET', path: '/things/1' }));
  await expect(asked).rejects.toThrow('deadline');
});

test('a call ends at the deadline of the request it is made for', async () => {
  const silent = await startUpstream(['silent']);
  const client = createHttpClient(silent.url);
  cleanUp.push(silent.close, client.close);
  const startedAt = nowMs();
  const context = receivedContext(CALLER, 'corr-1', String(startedAt + 100));
  const asked = inContext(context, () => client.call({ method: 'GET', path: '/' }));
  await expect(asked).rejects.toThrow();
  expect(nowMs() - startedAt).toBeLessThan(1_000);
});

test('the edge of the system gives every request its own deadline, whatever it says itself', async () => {
  const { server } = await door({ deadlineMs: 1_000 });
  const before = nowMs();
  const answer = await server.inject({ url: '/things/1', headers: { 'x-deadline': String(before - 1) } });
  expect(answer.statusCode).toBe(200);
  expect(answer.json().deadlineAt).toBeGreaterThanOrEqual(before + 1_000);
});

test('a correlation id of foreign making is kept when it is short and visible, else replaced', () => {
  expect(receivedContext(CALLER, 'order-77').correlationId).toBe('order-77');
  for (const bad of ['', 'a b', 'a\nb', 'x'.repeat(101), 'ünï'])
    expect(receivedContext(CALLER, bad).correlationId).toMatch(/^[0-9a-f-]{36}$/);
});

test('rate, errors and duration are counted by route, not by path', async () => {
  const { server } = await door();
  for (const id of [1, 2, 3]) await server.inject(`/things/${id}`);
  await server.inject('/slow/1');
  const { body, headers } = await server.inject('/metrics');
  expect(headers['content-type']).toContain('text/plain; version=0.0.4');
  expect(body).toContain('http_requests_total{service="test",instance="test",route="GET /things/:id",status="200"} 3');
  expect(body).toContain('route="GET /slow/:id",status="500"} 1');
  expect(body).toMatch(/http_request_duration_seconds_bucket\{[^}]*route="GET \/things\/:id",le="\+Inf"\} 3/);
  expect(body).not.toContain('/things/1');
});

test('buckets of the histogram are cumulative', () => {
  const metrics = createMetrics('test');
  for (const tookMs of [1, 8, 40, 4_000]) {
    metrics.began();
    metrics.ended('GET /', 200, tookMs);
  }
  const counts = [...metrics.text().matchAll(/le="([^"]+)"\} (\d+)/g)].map(([, le, count]) => `${le}:${count}`);
  expect(counts).toEqual([
    '0.005:1',
    '0.01:2',
    '0.025:2',
    '0.05:3',
    '0.1:3',
    '0.25:3',
    '0.5:3',
    '1:3',
    '2.5:3',
    '+Inf:4',
  ]);
});

test('a call from one service to another makes two spans, one in the other, in the trace of the caller', async () => {
  const spans: Span[] = [];
  addSink((span) => spans.push(span));
  const { client } = await door();
  const context = receivedContext(CALLER, 'corr-1');
  await inContext(context, () => client.call({ method: 'GET', path: '/things/1' }));
  await expect.poll(() => spans.length).toBe(2);
  const [server, own] = [spans.find(({ kind }) => kind === 'server'), spans.find(({ kind }) => kind === 'client')];
  expect(own).toMatchObject({ parent: context.traceparent, name: 'GET /things/1', failed: false });
  expect(server).toMatchObject({ parent: own?.traceparent, name: 'GET /things/:id' });
});

test('spans reach a collector as OTLP/JSON, and one that is away holds nobody up', async () => {
  const collector = await startUpstream([{ status: 200, body: {} }]);
  const exporter = createExporter({ url: collector.url, service: 'order', log: quietLog });
  const span: Span = {
    ...{ traceparent: CALLER, parent: undefined, name: 'GET /', kind: 'server', startedAt: 1_700_000_000_000.5 },
    ...{ endedAt: 1_700_000_000_001, failed: true, attributes: { 'url.path': '/' } },
  };
  exporter.add(span);
  await exporter.close();
  expect(collector.requests).toMatchObject([{ path: '/v1/traces' }]);
  expect(JSON.parse(JSON.stringify(tracesOf('order', [span])))).toEqual({
    resourceSpans: [
      {
        resource: { attributes: [{ key: 'service.name', value: { stringValue: 'order' } }] },
        scopeSpans: [
          {
            scope: { name: 'shop' },
            spans: [
              {
                ...{ traceId: TRACE, spanId: 'aaaaaaaaaaaaaaaa', name: 'GET /', kind: 2, status: { code: 2 } },
                ...{ startTimeUnixNano: '1700000000000500000', endTimeUnixNano: '1700000000001000000' },
                attributes: [{ key: 'url.path', value: { stringValue: '/' } }],
              },
            ],
          },
        ],
      },
    ],
  });
  await collector.close();
  const away = createExporter({ url: collector.url, service: 'order', log: quietLog });
  away.add(span);
  await away.close();
});
