/** An encrypted edge: real TLS on both sides, the wire reads and acts between them. */
import { once } from 'node:events';
import { createServer, type ServerOptions } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { checkServerIdentity } from 'node:tls';
import { Agent, request } from 'undici';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '../../../harness/core/index.ts';
import { type Authority, createAuthority } from '../../../harness/runtime/authority.ts';
import { EDGE, startRig } from './rig.ts';

const DAY_MS = 86_400_000;
const at = (days: number) => new Date(systemClock.now() + days * DAY_MS);
let authority: Authority;
const closers: (() => void)[] = [];

beforeAll(async () => {
  authority = await createAuthority('test', at(-1), at(1));
});
afterAll(() => {
  for (const close of closers) close();
});

const issue = (name: string, until = 1) =>
  authority.issue({ name, dns: [name], ip: ['127.0.0.1'], notBefore: at(-2), notAfter: at(until) });

/** A callee that speaks TLS, with what it was asked. */
async function callee(options: ServerOptions) {
  const asked: string[] = [];
  const server = createServer(options, (incoming, answer) => {
    asked.push(`${incoming.method} ${incoming.url}`);
    incoming.resume().on('end', () => answer.end(JSON.stringify({ asked: asked.length, text: 'x'.repeat(100_000) })));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { asked, port: (server.address() as AddressInfo).port };
}

async function secured(certificate = issue('order')) {
  const { certificate: cert, key } = await certificate;
  const { asked, port } = await callee({ cert, key });
  const front = await issue('order');
  const tls = { certificate: front.certificate, key: front.key, authority: authority.certificate };
  const rig = await startRig({ upstreamPort: port, tls });
  const dispatcher = new Agent({ connections: 1, connect: { ca: authority.certificate, checkServerIdentity } });
  closers.push(() => void dispatcher.destroy());
  const ask = async (path: string) => {
    const reply = await request(`https://127.0.0.1:${rig.port}${path}`, { dispatcher, method: 'POST', body: 'b' });
    return { status: reply.statusCode, text: await reply.body.text() };
  };
  return { rig, asked, ask };
}

test('what passes is read, whole, and recorded as on any edge', async () => {
  const { rig, asked, ask } = await secured();
  await using _ = rig;
  for (const path of ['/a', '/b']) expect(await ask(path)).toMatchObject({ status: 200 });
  expect(asked).toEqual(['POST /a', 'POST /b']);
  expect(await rig.exchanges(2)).toMatchObject([
    { operation: 'POST /a', outcome: 'answered', status: 200, connection: 1 },
    { operation: 'POST /b', connection: 1 },
  ]);
});

test('exchanges can be acted on: answered by the wire, reset, and lost after the work', async () => {
  const { rig, asked, ask } = await secured();
  await using _ = rig;
  await rig.arm({ do: 'status', status: 503 }, { operation: 'POST /s' }, 'status');
  await rig.arm({ do: 'lost-reply' }, { operation: 'POST /l' }, 'lost');
  await rig.arm({ do: 'twice' }, { operation: 'POST /t' }, 'twice');
  expect((await ask('/s')).status).toBe(503);
  await expect(ask('/l')).rejects.toThrow();
  expect((await ask('/t')).status).toBe(200);
  await rig.records('fault', 3);
  expect(asked.toSorted()).toEqual(['POST /l', 'POST /t', 'POST /t']);
  expect((await rig.exchanges(3)).map(({ outcome }) => outcome)).toEqual(['answered', 'reset', 'answered']);
});

test('an edge that is cut breaks its connections, and works again afterwards', async () => {
  const { rig, ask } = await secured();
  await using _ = rig;
  await ask('/a');
  await rig.wire.setEdge(EDGE, 'down');
  await expect(ask('/b')).rejects.toThrow();
  await rig.wire.setEdge(EDGE, 'up');
  expect((await ask('/c')).status).toBe(200);
});

test('a callee that is not who it should be, or whose certificate is over, is refused by the wire', async () => {
  for (const certificate of [issue('somebody'), issue('order', -1)]) {
    const { rig, asked, ask } = await secured(certificate);
    await using _ = rig;
    await expect(ask('/a')).rejects.toThrow();
    expect(asked).toEqual([]);
    const ends = await rig.records('connection', 2);
    expect(ends.some(({ event }) => event === 'refused')).toBe(true);
  }
});

test('a caller that speaks no TLS costs its own connection only', async () => {
  const { rig, ask } = await secured();
  await using _ = rig;
  const plain = connect(rig.port, '127.0.0.1')
    .resume()
    .on('error', () => undefined);
  plain.write('GET / HTTP/1.1\r\n\r\n');
  await once(plain, 'close');
  expect((await ask('/a')).status).toBe(200);
});
