/** The registry and those who use it: instances come, are heard of, fall silent, and leave; callers live with a registry that is away. */
import { afterEach, expect, test } from 'vitest';
import { createUpstream } from '../../../services-under-test/gateway/upstream.ts';
import { createBalancer } from '../../../services-under-test/kit/balancer.ts';
import { discover } from '../../../services-under-test/kit/discovery.ts';
import { createServer, listen } from '../../../services-under-test/kit/http-server.ts';
import { register } from '../../../services-under-test/kit/registration.ts';
import { addRoutes } from '../../../services-under-test/registry/routes.ts';
import { createDirectory } from '../../../services-under-test/registry/rules.ts';
import { freePort } from './redis-server.ts';
import { quietLog, startUpstream } from './upstream.ts';

const cleanUp: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of cleanUp.splice(0).reverse()) await close();
});

async function startRegistry(port: number) {
  let now = 1_000;
  const directory = createDirectory({ ttlMs: 3_000, firstVersion: now, now: () => now });
  const ending = new AbortController();
  const server = createServer({ log: quietLog, ready: {} });
  addRoutes(server, { directory, log: quietLog, ending: ending.signal });
  await listen(server, port);
  const end = async () => {
    ending.abort();
    await server.close();
  };
  cleanUp.push(end);
  const pass = (ms: number) => {
    now += ms;
    return directory.evict();
  };
  return { server, directory, end, pass, url: `http://127.0.0.1:${port}` };
}

function announce(registry: string, id: string, address: string) {
  const registration = register({ registry, service: 'order', id, address, heartbeatMs: 20, log: quietLog });
  cleanUp.push(registration.end);
  return registration;
}

function watch(registry: string, log = quietLog) {
  const discovery = discover({ registry, service: 'order', log });
  cleanUp.push(discovery.end);
  return { discovery, ids: () => discovery.instances().map(({ id }) => id) };
}

test('an instance is known from its registration to its goodbye', async () => {
  const { url } = await startRegistry(await freePort());
  const { discovery, ids } = watch(url);
  const first = announce(url, 'order-1', '127.0.0.1:4001');
  announce(url, 'order-2', '127.0.0.1:4002');
  await expect.poll(ids).toEqual(expect.arrayContaining(['order-1', 'order-2']));
  expect(discovery.instances()).toContainEqual({ id: 'order-1', origin: 'http://127.0.0.1:4001' });
  await first.end();
  await expect.poll(ids).toEqual(['order-2']);
});

test('an instance that falls silent is left out after its time, and comes back with its next word', async () => {
  const { server, directory, pass } = await startRegistry(await freePort());
  const place = '/services/order/instances';
  const body = { id: 'order-1', address: '127.0.0.1:4001' };
  expect((await server.inject({ method: 'POST', url: place, body })).statusCode).toBe(201);
  const beat = () => server.inject({ method: 'PUT', url: `${place}/order-1/heartbeat` });
  expect(pass(2_900)).toEqual([]);
  expect((await beat()).statusCode).toBe(204);
  expect(pass(2_900)).toEqual([]);
  expect(pass(200)).toEqual([{ service: 'order', id: 'order-1' }]);
  expect(directory.list('order').instances).toEqual([]);
  expect((await beat()).statusCode).toBe(404);
  await server.inject({ method: 'POST', url: place, body });
  expect(directory.list('order').instances).toEqual([body]);
});

test('the last list is kept while the registry is away, and instances register again when it is back', async () => {
  const port = await freePort();
  const before = await startRegistry(port);
  announce(before.url, 'order-1', '127.0.0.1:4001');
  const { ids } = watch(before.url);
  await expect.poll(ids).toEqual(['order-1']);
  await before.end();
  await expect.poll(async () => (await fetch(before.url).catch(() => 'refused')) === 'refused').toBe(true);
  expect(ids()).toEqual(['order-1']);
  const after = await startRegistry(port);
  await expect.poll(() => after.directory.list('order').instances.length).toBe(1);
  announce(after.url, 'order-2', '127.0.0.1:4002');
  await expect.poll(ids, { timeout: 5_000 }).toEqual(expect.arrayContaining(['order-1', 'order-2']));
});

test('a registry that is back names the instances one after the other, and nobody is forgotten meanwhile', async () => {
  const port = await freePort();
  const before = await startRegistry(port);
  const body = (id: string) => ({ id, address: '127.0.0.1:4001' });
  for (const id of ['order-1', 'order-2']) before.directory.register('order', body(id));
  const said: string[] = [];
  const log = { info: (_: object, text: string) => void said.push(text) } as unknown as typeof quietLog;
  const { ids } = watch(before.url, log);
  await expect.poll(ids).toHaveLength(2);
  await before.end();
  await expect.poll(() => said).toContain('the registry does not answer, the last list is kept');
  const after = await startRegistry(port);
  after.directory.register('order', body('order-2'));
  await expect.poll(ids, { timeout: 3_000 }).toEqual(['order-2', 'order-1']);
  // It was given its time: a later list is the truth.
  await expect.poll(ids, { timeout: 8_000 }).toEqual(['order-2']);
}, 15_000);

test('a watcher hears of a change at once, and of nothing when its time is up', async () => {
  const { server } = await startRegistry(await freePort());
  const asked = (after: number, waitMs: number) =>
    server.inject(`/services/order/instances?after=${after}&waitMs=${waitMs}`);
  const { version } = (await server.inject('/services/order/instances')).json();
  const waiting = asked(version, 5_000);
  const body = { id: 'order-1', address: '127.0.0.1:4001' };
  await server.inject({ method: 'POST', url: '/services/order/instances', body });
  expect((await waiting).json()).toMatchObject({ version: version + 1, instances: [body] });
  expect((await asked(version + 1, 10)).json()).toMatchObject({ version: version + 1 });
});

test('what is no instance is refused with the field', async () => {
  const { server } = await startRegistry(await freePort());
  const post = async (body: object) =>
    (await server.inject({ method: 'POST', url: '/services/order/instances', body })).json();
  expect(await post({ id: 'order-1' })).toMatchObject({ status: 400, field: 'address' });
  expect(await post({ id: 'order-1', address: 'http://x' })).toMatchObject({ status: 400, field: 'address' });
  expect(await post({ id: '../x', address: 'a:1' })).toMatchObject({ status: 400, field: 'id' });
  expect(await post({ id: 'a', address: 'a:1', weight: 2 })).toMatchObject({ status: 400, field: 'weight' });
});

test('calls go to the instance with the fewest under way, in turn where that is equal', () => {
  const [a, b] = ['a', 'b'].map((id) => ({ id, origin: `http://${id}` }));
  const balancer = createBalancer(() => (a && b ? [a, b] : []));
  const first = balancer.choose();
  const second = balancer.choose();
  expect(new Set([first, second])).toEqual(new Set([a, b]));
  if (first) balancer.done(first);
  expect(balancer.choose()).toBe(first);
});

test('an instance that refuses is left out for a while, and tried when there is no other', () => {
  const [a, b] = ['a', 'b'].map((id) => ({ id, origin: `http://${id}` }));
  if (!a || !b) throw new Error('there are two');
  let now = 0;
  let known = [a, b];
  const balancer = createBalancer(
    () => known,
    () => now,
  );
  balancer.refused(a);
  for (let i = 0; i < 4; i++) expect(balancer.choose()).toBe(b);
  known = [a];
  expect(balancer.choose()).toBe(a);
  known = [a, b];
  now = 2_000;
  expect(balancer.choose()).toBe(a);
});

test('one of two instances dies and no caller hears of it', async () => {
  const alive = await startUpstream([{ status: 200, body: { from: 'alive' } }]);
  const dying = await startUpstream([{ status: 200, body: { from: 'dying' } }]);
  const instances = [
    { id: 'order-1', origin: alive.url },
    { id: 'order-2', origin: dying.url },
  ];
  const upstream = createUpstream('order', () => instances, quietLog);
  cleanUp.push(alive.close, upstream.close);
  const ask = async () => (await upstream.ask({ method: 'GET', path: '/' })).body;
  const answers = await Promise.all(Array.from({ length: 10 }, ask));
  expect(answers.filter((body) => JSON.stringify(body).includes('dying'))).toHaveLength(5);
  await dying.close();
  for (let i = 0; i < 10; i++) expect(await ask()).toEqual({ from: 'alive' });
});
