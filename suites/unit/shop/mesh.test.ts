/** The mesh: calls through two sidecars under mutual TLS, who is let in, rotation, and what the wire sees of it. */
import { connect as connectPlain } from 'node:net';
import { connect } from 'node:tls';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../../harness/core/index.ts';
import { createAuthority } from '../../../harness/runtime/authority.ts';
import { createGrpcClient } from '../../../services-under-test/kit/grpc-client.ts';
import { serveGrpc } from '../../../services-under-test/kit/grpc-server.ts';
import { ProblemError } from '../../../services-under-test/kit/problem.ts';
import { at, CALLEE, CALLER, startMesh } from './mesh-in-test.ts';
import { quietLog } from './upstream.ts';

test('a call goes through, whole, and the callee learns who called', async () => {
  const mesh = await startMesh({
    callee(request, response) {
      let body = '';
      request.on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', () => {
        response.writeHead(201, { 'x-own': 'kept' });
        response.end(`${request.method} ${request.url} ${body.length} ${request.headers['x-mesh-caller']}`);
      });
    },
  });
  expect(await mesh.ask('/orders?page=2', 'POST', 'x'.repeat(100_000))).toEqual({
    ...{ status: 201, text: `POST /orders?page=2 100000 ${CALLER}` },
  });
  const [seen] = await mesh.handshakes(1);
  expect(seen).toMatchObject({
    callerIdentity: CALLER,
    calleeIdentity: CALLEE,
    callerWentOn: true,
    calleeWentOn: true,
  });
  expect([seen?.callerFlaw, seen?.calleeFlaw]).toEqual([undefined, undefined]);
});

const SERVICE = { proto: 'inventory.proto', service: 'shop.inventory.v1.Inventory' };

test('gRPC goes through: answers, refusals, streams, and what may not be called', async () => {
  const server = await serveGrpc(0, {
    ...{ ...SERVICE, log: quietLog },
    unary: {
      async CheckAvailability(request: unknown) {
        if ((request as { lines: unknown[] }).lines.length === 0)
          throw new ProblemError(404, 'Not found', { detail: 'nothing' });
        return { available: true, levels: [] };
      },
    },
    streams: {
      async WatchStock(_request, send) {
        for (const available of [3, 2, 1]) await send({ productId: 'p', available });
      },
    },
  });
  onTestFinished(() => server.close());
  const mesh = await startMesh({ grpcPort: server.port, routes: ['POST /shop.inventory.v1.Inventory/*'] });
  const client = createGrpcClient({ ...SERVICE, address: `127.0.0.1:${mesh.callerPort}` });
  onTestFinished(() => client.close());
  const check = (lines: unknown[]) =>
    client.call<{ available: boolean }>({ method: 'CheckAvailability', request: { lines }, timeoutMs: 2_000 });
  expect(await check([{ productId: 'p', quantity: 1 }])).toMatchObject({ available: true });
  await expect(check([])).rejects.toThrow('NOT_FOUND: nothing');
  const levels: unknown[] = [];
  for await (const level of client.stream({ method: 'WatchStock', request: { productId: 'p' } })) levels.push(level);
  expect(levels).toHaveLength(3);
});

test('a route that is not allowed is refused with 403, and the service hears nothing of it', async () => {
  let asked = 0;
  const mesh = await startMesh({
    routes: ['GET /orders/*'],
    callee: (_request, response) => {
      asked += 1;
      response.end('yes');
    },
  });
  expect(await mesh.ask('/orders/7')).toEqual({ status: 200, text: 'yes' });
  expect((await mesh.ask('/orders', 'POST')).status).toBe(403);
  expect((await mesh.ask('/rebuild', 'POST')).status).toBe(403);
  expect(asked).toBe(1);
});

test('both certificates are rotated under load, and no call fails', async () => {
  const mesh = await startMesh({
    timeoutMs: 10_000,
    callee: (_request, response) => void systemClock.delay(2).then(() => response.end('yes')),
  });
  const statuses: number[] = [];
  const customer = async () => {
    for (let i = 0; i < 60; i++) statuses.push((await mesh.ask(`/orders/${i}`, i % 2 ? 'POST' : 'GET')).status);
  };
  const rotations = async () => {
    for (const side of ['caller', 'callee', 'caller', 'callee'] as const) {
      expect(await mesh.operate(side, 'POST', '/rotations')).toBe(200);
      await systemClock.delay(20);
    }
  };
  await Promise.all([...Array.from({ length: 8 }, customer), rotations()]);
  expect(statuses.filter((status) => status !== 200)).toEqual([]);
  expect(statuses).toHaveLength(480);
  expect((await mesh.handshakes(3)).every(({ callerFlaw, calleeFlaw }) => !callerFlaw && !calleeFlaw)).toBe(true);
});

test('short-lived certificates are renewed before they end', async () => {
  const mesh = await startMesh({ ttlMs: 3_000 });
  expect((await mesh.ask('/a')).status).toBe(200);
  const first = (await mesh.handshakes(1))[0]?.callerSerial;
  const renewed = async () => {
    await mesh.ask('/a');
    return (await mesh.handshakes(1)).some(({ callerSerial }) => callerSerial !== first);
  };
  await expect.poll(renewed, { timeout: 5_000 }).toBe(true);
});

test.each([
  ['an expired certificate', 'expired', { uri: [CALLEE], notAfter: at(-60) }],
  ['the name of another', 'other-identity', { uri: ['spiffe://shop/somebody'], notAfter: at(600) }],
  ['a foreign authority', 'unknown-authority', { uri: [CALLEE], notAfter: at(600), foreign: true }],
] as const)(
  'a callee with %s is not talked to, until it has its own again',
  async (_what, flaw, { uri, notAfter, ...how }) => {
    const mesh = await startMesh({});
    expect((await mesh.ask('/a')).status).toBe(200);
    const signer = 'foreign' in how ? await createAuthority('foreign', at(-3_600), at(3_600)) : mesh.authority;
    const given = await signer.issue({ name: 'x', uri: [...uri], notBefore: at(-3_600), notAfter });
    expect(await mesh.operate('callee', 'PUT', '/certificate', given)).toBe(200);
    await expect(mesh.ask('/a')).rejects.toThrow();
    const refused = (await mesh.handshakes(2)).filter(({ calleeFlaw }) => calleeFlaw === flaw);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.some(({ callerWentOn }) => callerWentOn)).toBe(false);
    expect(await mesh.operate('callee', 'DELETE', '/certificate')).toBe(200);
    expect((await mesh.ask('/a')).status).toBe(200);
  },
);

test('a caller with a certificate of another is let in and may nothing; one that is expired is not let in', async () => {
  const mesh = await startMesh({});
  const other = { name: 'x', uri: ['spiffe://shop/somebody'], notBefore: at(-3_600), notAfter: at(600) };
  await mesh.operate('caller', 'PUT', '/certificate', await mesh.authority.issue(other));
  expect((await mesh.ask('/a')).status).toBe(403);
  await mesh.operate(
    'caller',
    'PUT',
    '/certificate',
    await mesh.authority.issue({ ...other, uri: [CALLER], notAfter: at(-60) }),
  );
  await expect(mesh.ask('/a')).rejects.toThrow();
  const seen = await mesh.handshakes(2);
  expect(seen.find(({ callerFlaw }) => callerFlaw === 'other-identity')).toMatchObject({ calleeWentOn: true });
  expect(seen.find(({ callerFlaw }) => callerFlaw === 'expired')).toMatchObject({ calleeWentOn: false });
});

test('who shows no certificate, or speaks no TLS, gets nothing', async () => {
  const mesh = await startMesh({});
  const stranger = connect({
    host: '127.0.0.1',
    port: mesh.meshPort,
    rejectUnauthorized: false,
    ALPNProtocols: ['h2'],
  });
  let heard = 0;
  stranger.on('data', (bytes) => {
    heard += bytes.length;
  });
  stranger.on('error', () => undefined);
  await new Promise((resolve) => stranger.once('close', resolve));
  expect(heard).toBe(0);
  const plain = connectPlain(mesh.meshPort, '127.0.0.1');
  plain.on('error', () => undefined);
  plain.write('GET / HTTP/1.1\r\nhost: order\r\n\r\n');
  plain.resume();
  await new Promise((resolve) => plain.once('close', resolve));
});

test('what is no certificate with its key is not taken, and nothing changes', async () => {
  const mesh = await startMesh({});
  const wish = { name: 'x', uri: [CALLER], notBefore: at(-60), notAfter: at(60) };
  const [one, two] = [await mesh.authority.issue(wish), await mesh.authority.issue(wish)];
  for (const bad of [
    { certificate: 'none', key: one.key },
    { certificate: one.certificate, key: two.key },
  ])
    expect(await mesh.operate('caller', 'PUT', '/certificate', bad)).toBe(400);
  expect((await mesh.ask('/a')).status).toBe(200);
});

test('a sidecar that is to end finishes what it was asked', async () => {
  const mesh = await startMesh({
    callee: (_request, response) => void systemClock.delay(100).then(() => response.end('yes')),
  });
  await mesh.ask('/warm');
  const underWay = [mesh.ask('/a'), mesh.ask('/b', 'POST', 'b')];
  await systemClock.delay(20);
  const closed = mesh.closeCaller();
  expect((await Promise.all(underWay)).map(({ status }) => status)).toEqual([200, 200]);
  await closed;
  await expect(mesh.ask('/late')).rejects.toThrow();
});

test('a callee that is too slow costs the caller its time-out, and no more', async () => {
  const mesh = await startMesh({ timeoutMs: 150, callee: () => undefined });
  expect((await mesh.ask('/slow')).status).toBe(504);
});
