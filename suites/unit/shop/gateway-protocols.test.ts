/** The gateway speaks other protocols than its callers do: WebSocket outside, gRPC inside, and HTTPS at its door. Keys of tokens are fetched and rotated. */
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { LAB_AUDIENCE, LAB_ISSUER, labToken } from '../../../fixtures/keys/token.ts';
import { systemClock } from '../../../harness/core/index.ts';
import { createAuthority } from '../../../harness/runtime/authority.ts';
import { createAuthentication } from '../../../services-under-test/gateway/authentication.ts';
import { keysFromFile, publishedKeys } from '../../../services-under-test/gateway/key-source.ts';
import { serveOrderUpdates } from '../../../services-under-test/gateway/order-updates.ts';
import { addRoutes } from '../../../services-under-test/gateway/routes.ts';
import { createStockByGrpc } from '../../../services-under-test/gateway/stock-by-grpc.ts';
import { createUpstream } from '../../../services-under-test/gateway/upstream.ts';
import { serveGrpc } from '../../../services-under-test/kit/grpc-server.ts';
import { createServer, listen } from '../../../services-under-test/kit/http-server.ts';
import { ProblemError } from '../../../services-under-test/kit/problem.ts';
import { freePort } from './redis-server.ts';
import { type Answer, quietLog, startUpstream } from './upstream.ts';

const cleanUp: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of cleanUp.splice(0).reverse()) await close();
});

const KEYS = new URL('../../../fixtures/keys/', import.meta.url).pathname;

async function authenticate() {
  const keys = await keysFromFile(`${KEYS}lab-only.jwks.json`);
  return createAuthentication({ keys, issuer: LAB_ISSUER, audience: LAB_AUDIENCE });
}

function portOf(server: ReturnType<typeof createServer>): number {
  const address = server.server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function socketsOver(answers: readonly Answer[]) {
  const upstream = await startUpstream(answers);
  const order = createUpstream('order', upstream.url, quietLog);
  const server = createServer({ log: quietLog, ready: {} });
  const routes = { authenticate: await authenticate(), upstreams: { order } };
  const close = serveOrderUpdates(server.server, { routes, order, everyMs: 10, log: quietLog });
  await listen(server, 0);
  cleanUp.push(upstream.close, order.close, () => server.close(), close);
  return { url: `ws://127.0.0.1:${portOf(server)}/api/v1/orders/o-1/updates`, close };
}

const order = (status: string): Answer => ({ status: 200, body: { orderId: 'o-1', status } });

test('a socket tells each state of an order once, and closes when it is final', async () => {
  const { url } = await socketsOver([order('pending'), order('pending'), 'reset', order('completed')]);
  const socket = new WebSocket(url, { headers: { authorization: `Bearer ${await labToken('user-1')}` } });
  const told: unknown[] = [];
  socket.on('message', (data) => told.push(JSON.parse(String(data)).status));
  const [code] = await once(socket, 'close');
  expect(told).toEqual(['pending', 'completed']);
  expect(code).toBe(1000);
});

test('a browser shows its token among the protocols', async () => {
  const { url } = await socketsOver([order('rejected')]);
  const socket = new WebSocket(url, ['bearer', await labToken('user-1')]);
  const [data] = await once(socket, 'message');
  expect(JSON.parse(String(data))).toMatchObject({ status: 'rejected' });
  expect(socket.protocol).toBe('bearer');
});

test('who may not see the order gets an answer and no socket', async () => {
  const { url } = await socketsOver([{ status: 404, body: {} }]);
  const statusOf = async (headers: Record<string, string>, at = url) => {
    const socket = new WebSocket(at, { headers });
    const [, answer] = await once(socket, 'unexpected-response');
    socket.on('error', () => undefined);
    socket.terminate();
    return answer.statusCode;
  };
  expect(await statusOf({})).toBe(401);
  expect(await statusOf({ authorization: `Bearer ${await labToken('user-1')}` })).toBe(404);
  expect(await statusOf({}, url.replace('/updates', '/else'))).toBe(404);
});

test('sockets are told when the gateway goes away', async () => {
  const { url, close } = await socketsOver([order('pending')]);
  const socket = new WebSocket(url, { headers: { authorization: `Bearer ${await labToken('user-1')}` } });
  await once(socket, 'message');
  const closed = once(socket, 'close');
  await close();
  expect((await closed)[0]).toBe(1001);
});

test('REST outside is gRPC inside, and what the inventory says becomes a status', async () => {
  const port = await freePort();
  const level = (productId: string) => ({ productId, available: 7 });
  const server = await serveGrpc(port, {
    ...{ proto: 'inventory.proto', service: 'shop.inventory.v1.Inventory', log: quietLog },
    unary: {
      async CheckAvailability({ lines }: { lines: { productId: string }[] }) {
        const unknown = lines.find(({ productId }) => productId === 'nothing');
        if (unknown) throw new ProblemError(404, 'Product not found', { detail: 'there is no such product' });
        return { available: true, levels: lines.map(({ productId }) => level(productId)) };
      },
    },
    streams: { WatchStock: async () => undefined },
  });
  const stock = createStockByGrpc(`127.0.0.1:${port}`, quietLog);
  const door = createServer({ log: quietLog, ready: {} });
  addRoutes(door, { authenticate: await authenticate(), upstreams: { inventory: stock } });
  cleanUp.push(stock.close, () => door.close());
  expect((await door.inject('/api/v1/stock/p-1')).json()).toEqual(level('p-1'));
  expect((await door.inject('/api/v2/stock/p-1')).json()).toEqual({ ...level('p-1'), inStock: true });
  expect((await door.inject('/api/v2/stock/nothing')).statusCode).toBe(404);
  await server.close();
  const away = await door.inject('/api/v2/stock/p-1');
  expect(away.statusCode).toBe(503);
  expect(away.headers['retry-after']).toBe('1');
});

test('the door speaks HTTPS with a certificate of the lab’s authority', async () => {
  const from = new Date(systemClock.now() - 60_000);
  const until = new Date(systemClock.now() + 60_000);
  const authority = await createAuthority('test', from, until);
  const issued = await authority.issue({ name: 'gateway', ip: ['127.0.0.1'], notBefore: from, notAfter: until });
  const folder = await mkdtemp(join(tmpdir(), 'faultline-door-'));
  cleanUp.push(() => rm(folder, { recursive: true, force: true }));
  const tls = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') };
  await writeFile(tls.cert, issued.certificate);
  await writeFile(tls.key, issued.key);
  const server = createServer({ log: quietLog, ready: {}, tls });
  await listen(server, 0);
  cleanUp.push(() => server.close());
  const ask = (ca?: string) =>
    new Promise<number | undefined>((resolve, reject) => {
      const call = request(
        { host: '127.0.0.1', port: portOf(server), path: '/health/live', agent: false, ca },
        (answer) => {
          answer.resume();
          resolve(answer.statusCode);
        },
      );
      call.on('error', reject).end();
    });
  expect(await ask(authority.certificate)).toBe(200);
  await expect(ask()).rejects.toThrow();
});

async function signer() {
  const { publicKey, privateKey } = await generateKeyPair('EdDSA', { extractable: true });
  const jwk = await exportJWK(publicKey);
  const kid = await calculateJwkThumbprint(jwk);
  const soon = Math.floor((performance.timeOrigin + performance.now()) / 1_000) + 600;
  const claims = { sub: 'user-1', iss: LAB_ISSUER, aud: LAB_AUDIENCE, exp: soon };
  const token = await new SignJWT(claims).setProtectedHeader({ alg: 'EdDSA', kid }).sign(privateKey);
  return { jwk: { ...jwk, kid, alg: 'EdDSA' }, headers: { authorization: `Bearer ${token}` } };
}

test('a new key is fetched when a token names it, a withdrawn one is forgotten, and nobody can make us ask all the time', async () => {
  const [first, second, foreign] = [await signer(), await signer(), await signer()];
  let published = [first.jwk];
  let fetched = 0;
  let now = 0;
  let away = false;
  const fetch = async () => {
    fetched++;
    if (away) throw new Error('away');
    return { keys: published };
  };
  const keys = publishedKeys({ fetch, cooldownMs: 1_000, maxAgeMs: 60_000, log: quietLog, now: () => now });
  const identify = createAuthentication({ keys, issuer: LAB_ISSUER, audience: LAB_AUDIENCE });

  for (let i = 0; i < 3; i++) expect(await identify(first.headers)).toMatchObject({ id: 'user-1' });
  expect(fetched).toBe(1);
  for (let i = 0; i < 20; i++) await expect(identify(foreign.headers)).rejects.toMatchObject({ status: 401 });
  expect(fetched).toBe(1);
  published = [first.jwk, second.jwk];
  now = 2_000;
  expect(await identify(second.headers)).toMatchObject({ id: 'user-1' });
  expect(fetched).toBe(2);
  // While the user service is away, the keys that are known stay good.
  away = true;
  now = 70_000;
  expect(await identify(second.headers)).toMatchObject({ id: 'user-1' });
  away = false;
  published = [second.jwk];
  now = 140_000;
  await expect(identify(first.headers)).rejects.toMatchObject({ status: 401 });
  expect(await identify(second.headers)).toMatchObject({ id: 'user-1' });
});

test('before any key set could be fetched the door says that it cannot tell', async () => {
  const { headers } = await signer();
  const fetch = () => Promise.reject(new Error('away'));
  const keys = publishedKeys({ fetch, cooldownMs: 1_000, maxAgeMs: 60_000, log: quietLog });
  const identify = createAuthentication({ keys, issuer: LAB_ISSUER, audience: LAB_AUDIENCE });
  await expect(identify(headers)).rejects.toMatchObject({ status: 503 });
});
