/** gRPC between services: answers, refusals, deadlines and streams over a real loopback connection. */
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../../harness/core/index.ts';
import { currentContext, inContext, receivedContext } from '../../../services-under-test/kit/context.ts';
import { createGrpcClient, GrpcFailed, isRefusal } from '../../../services-under-test/kit/grpc-client.ts';
import { type GrpcServerOptions, serveGrpc } from '../../../services-under-test/kit/grpc-server.ts';
import { ProblemError } from '../../../services-under-test/kit/problem.ts';
import { nowMs } from '../../../services-under-test/kit/time.ts';
import { quietLog } from './upstream.ts';

const SERVICE = { proto: 'inventory.proto', service: 'shop.inventory.v1.Inventory' };
const nobodyWatches = async () => {};

/** A server with these handlers, and a client of it. */
async function pair(handlers: Pick<GrpcServerOptions, 'unary' | 'streams'>) {
  const streams = { WatchStock: nobodyWatches, ...handlers.streams };
  const server = await serveGrpc(0, { ...SERVICE, ...handlers, streams, log: quietLog });
  const client = createGrpcClient({ ...SERVICE, address: `127.0.0.1:${server.port}` });
  onTestFinished(async () => {
    client.close();
    await server.close();
  });
  return client;
}

const ask = { method: 'CheckAvailability', request: { lines: [{ productId: 'p', quantity: 2 }] }, timeoutMs: 2_000 };

test('a call carries the request, and trace and correlation id with it', async () => {
  const seen: unknown[] = [];
  const client = await pair({
    unary: {
      async CheckAvailability(request: unknown) {
        const { correlationId, traceparent = '' } = currentContext() ?? {};
        seen.push(request, correlationId, traceparent.slice(3, 35));
        return { available: true, levels: [{ productId: 'p', available: 5_000_000_000 }] };
      },
    },
  });
  const trace = 'a'.repeat(32);
  const context = receivedContext(`00-${trace}-${'b'.repeat(16)}-01`, 'correlation-7');
  const answer = await inContext(context, () => client.call(ask));
  expect(answer).toMatchObject({ available: true, levels: [{ productId: 'p', available: 5_000_000_000 }] });
  expect(seen).toEqual([{ lines: [{ productId: 'p', quantity: 2 }] }, 'correlation-7', trace]);
});

test('a problem becomes a status, and of an error of ours nothing is told', async () => {
  let error: Error = new ProblemError(404, 'Not found', { detail: 'there is no product p' });
  const client = await pair({ unary: { CheckAvailability: () => Promise.reject(error) } });
  const refused = await client.call(ask).catch((thrown: unknown) => thrown);
  expect(refused).toMatchObject({ message: 'NOT_FOUND: there is no product p' });
  expect(isRefusal(refused)).toBe(true);
  error = new Error('password of the database: 1234');
  const failed = await client.call(ask).catch((thrown: unknown) => thrown);
  expect(failed).toMatchObject({ message: 'INTERNAL: internal error' });
  expect(isRefusal(failed)).toBe(false);
});

test('the deadline of whoever asked is passed on, not begun anew', async () => {
  let granted = 0;
  const client = await pair({
    unary: {
      async CheckAvailability() {
        granted = (currentContext()?.deadlineAt ?? 0) - nowMs();
        await systemClock.delay(1_000);
        return {};
      },
    },
  });
  const startedAt = nowMs();
  const context = { ...receivedContext(undefined, undefined), deadlineAt: startedAt + 150 };
  const failed = await inContext(context, () => client.call(ask)).catch((thrown: unknown) => thrown);
  expect(failed).toBeInstanceOf(GrpcFailed);
  expect(failed).toMatchObject({ message: expect.stringContaining('DEADLINE_EXCEEDED') });
  expect(nowMs() - startedAt).toBeLessThan(900);
  expect(granted).toBeGreaterThan(0);
  expect(granted).toBeLessThanOrEqual(150);
});

test('nobody listening is told at once', async () => {
  const client = createGrpcClient({ ...SERVICE, address: '127.0.0.1:1' });
  onTestFinished(client.close);
  await expect(client.call(ask)).rejects.toMatchObject({ message: expect.stringContaining('UNAVAILABLE') });
});

test('a stream brings messages until the caller has enough, and the server learns of it', async () => {
  const gone = Promise.withResolvers<void>();
  const client = await pair({
    unary: { CheckAvailability: async () => ({}) },
    streams: {
      async WatchStock({ productId }: { productId: string }, send, callerGone) {
        for (let available = 3; available > 0; available--) send({ productId, available });
        callerGone.addEventListener('abort', () => gone.resolve());
        await gone.promise;
      },
    },
  });
  const enough = new AbortController();
  const levels: unknown[] = [];
  const watched = { method: 'WatchStock', request: { productId: 'p' }, signal: enough.signal };
  for await (const level of client.stream<{ available: number }>(watched)) {
    levels.push(level.available);
    if (level.available === 1) enough.abort();
  }
  expect(levels).toEqual([3, 2, 1]);
  await gone.promise;
});

test('a server without a handler for what its proto promises does not start', async () => {
  await expect(serveGrpc(0, { ...SERVICE, unary: {}, log: quietLog })).rejects.toThrow('no handler for');
});
