/** gRPC through the wire with nobody acting: calls, streams, errors, deadlines, cancellation, and what is recorded. */
import { status } from '@grpc/grpc-js';
import { expect, test } from 'vitest';
import { waitFor } from '../../../../harness/core/index.ts';
import { CASE, rawCaller, TRACEPARENT } from '../rig.ts';
import { ASK, startShop, WATCH } from './calls.ts';

test('a call passes and is recorded with its path, case, key and gRPC status', async () => {
  await using shop = await startShop();
  const caller = shop.caller();
  const metadata = {
    traceparent: TRACEPARENT,
    'idempotency-key': 'k-1',
    'x-correlation-id': 'c-1',
    'x-user-id': 'user-1',
  };
  expect(await caller.ask('hello', { metadata })).toMatchObject({ code: status.OK, text: 'hello 5' });
  expect(shop.metadata[0]?.get('traceparent')).toEqual([TRACEPARENT]);
  const [exchange] = await shop.exchanges(1);
  expect(exchange).toMatchObject({
    protocol: 'grpc',
    operation: ASK,
    case: CASE,
    key: 'k-1',
    correlation: 'c-1',
    user: 'user-1',
    outcome: 'answered',
    status: 0,
    forwarded: true,
    requestBytes: 10,
    responseBytes: 12,
  });
  expect(await shop.wire.open()).toEqual([]);
});

test('an error of the callee is an answer with its status', async () => {
  await using shop = await startShop();
  expect(await shop.caller().ask('fail:5')).toMatchObject({ code: status.NOT_FOUND, details: 'as asked' });
  expect(await shop.exchanges(1)).toMatchObject([{ outcome: 'answered', status: 5 }]);
});

test('a stream of replies passes whole, and one that the caller cancels is given up at both ends', async () => {
  await using shop = await startShop();
  const caller = shop.caller();
  expect(await caller.watch(500)).toMatchObject({ code: status.OK, messages: 500 });
  const cancelled = await caller.watch(1_000_000, {}, (cancel) => cancel());
  expect(cancelled.code).toBe(status.CANCELLED);
  await waitFor(() => shop.cancelled[0], { what: 'the cancellation', deadlineMs: 4_000 });
  expect(await shop.exchanges(2)).toMatchObject([
    { operation: WATCH, outcome: 'answered', status: 0, responseBytes: 500 * 1_005 },
    { operation: WATCH, outcome: 'gave-up', forwarded: true },
  ]);
});

test('a deadline passes to the callee, and ends as given up', async () => {
  await using shop = await startShop();
  const answer = await shop.caller().ask('never', { deadline: performance.timeOrigin + performance.now() + 150 });
  expect(answer.code).toBe(status.DEADLINE_EXCEEDED);
  await waitFor(() => shop.cancelled[0], { what: 'the callee to hear of it', deadlineMs: 4_000 });
  const [exchange] = await shop.exchanges(1);
  expect(exchange).toMatchObject({ outcome: 'gave-up', forwarded: true });
  expect(exchange?.grantedMs).toBeGreaterThan(100);
  expect(exchange?.grantedMs).toBeLessThanOrEqual(150);
  expect((exchange?.endAt ?? 0) - (exchange?.at ?? 0)).toBeLessThan(1_000);
});

test('large messages pass in both directions', async () => {
  await using shop = await startShop();
  const caller = shop.caller();
  expect((await caller.ask(Buffer.alloc(3_000_000, 'q'))).text).toContain('3000000');
  expect((await caller.ask('big:5000000')).text).toHaveLength(5_000_000);
});

test('many calls at once on one connection each get their own reply', async () => {
  await using shop = await startShop();
  const caller = shop.caller();
  const answers = await Promise.all(Array.from({ length: 300 }, (_, index) => caller.ask(`call ${index}`)));
  expect(answers.map(({ text }) => text.replace(/ \d+$/, ''))).toEqual(answers.map((_, index) => `call ${index}`));
  const exchanges = await shop.exchanges(300);
  expect(new Set(exchanges.map(({ connection }) => connection)).size).toBe(1);
  expect(exchanges.every(({ outcome, status: code }) => outcome === 'answered' && code === 0)).toBe(true);
});

test('an edge that is cut ends every open call as reset, and works again when it is back', async () => {
  await using shop = await startShop();
  const caller = shop.caller();
  const open = caller.ask('never');
  await waitFor(() => shop.asked[0], { what: 'the call', deadlineMs: 4_000 });
  await shop.wire.setEdge('gateway->order', 'down');
  expect((await open).code).toBe(status.UNAVAILABLE);
  expect(await shop.exchanges(1)).toMatchObject([{ outcome: 'reset', forwarded: true }]);
  await shop.wire.setEdge('gateway->order', 'up');
  const deadline = performance.timeOrigin + performance.now() + 8_000;
  expect((await caller.ask('again', { waitForReady: true, deadline } as object)).code).toBe(status.OK);
});

test('what is no HTTP/2 passes as bytes; what is broken HTTP/2 costs its own connection only', async () => {
  await using shop = await startShop();
  const other = await rawCaller(shop.port);
  other.send('GET / HTTP/1.1\r\nhost: a\r\n\r\n');
  expect(await other.gone()).toMatch(/end|reset/);
  const broken = await rawCaller(shop.port);
  broken.send('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
  broken.send('\x00\x00\x05\x01\x04\x00\x00\x00\x01\xff\xff\xff\xff\xff');
  expect(await broken.gone()).toBe('reset');
  const huge = await rawCaller(shop.port);
  huge.send('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\xff\xff\xff\x00\x00\x00\x00\x00\x01');
  expect(await huge.gone()).toBe('reset');
  expect((await shop.caller().ask('still there')).code).toBe(status.OK);
});
