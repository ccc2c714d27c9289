/** An encrypted door in a real lab: ready over TLS, reached by the driver over TLS, read and broken by the wire. */
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { request } from 'undici';
import { expect, test } from 'vitest';
import { seededRandom, type Topology } from '../../../harness/core/index.ts';
import {
  dispatcherFor,
  faultsOf,
  newCaseId,
  openFeed,
  planFaults,
  workloadContext,
} from '../../../harness/experiment/index.ts';
import { makeCertificates } from '../../../harness/runtime/certificates.ts';
import { authorityOf, edgeTls } from '../../../harness/runtime/edge-tls.ts';
import { bootLab, takeDownLab } from '../../../harness/runtime/index.ts';
import { ensureTools } from '../../../harness/setup/index.ts';
import { defineTopology, validateTopology } from '../../../harness/topology/index.ts';

const secured: Topology = defineTopology({
  name: 'secured',
  services: {
    gateway: {
      command: ['${node}', '${root}/suites/unit/runtime/secure-door.ts'],
      env: { PORT: '${port}', TLS_CERT: '${certificate}', TLS_KEY: '${key}' },
      ready: { http: '/health', secure: true },
    },
  },
  stores: {},
  brokers: {},
  edges: [{ caller: 'driver', callee: 'gateway', protocol: 'http', tls: 'made' }],
  idle: [],
});

async function temporary() {
  const path = await mkdtemp(join(tmpdir(), 'faultline-secure-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

test('the driver trusts the authority of the edge; a fault acts on what it cannot see', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'faultline-secure-'));
  const tools = await ensureTools(['node', 'toxiproxy'], () => undefined);
  const lab = await bootLab({ topology: secured, tools, folder });
  try {
    const feed = await openFeed(lab);
    const random = seededRandom(1);
    const caseId = newCaseId('secured', 'case', 1);
    const signal = new AbortController().signal;
    const spec = { fault: 'status', target: 'driver->gateway', options: { status: 418 }, trigger: { nth: 2 } };
    const faults = faultsOf(lab, feed, caseId, await planFaults([spec], secured));
    const workload = workloadContext({
      ...{ lab, feed, caseId, random, signal, kind: 'case', inject: faults.inject, heal: faults.heal },
      reader: { entities: async () => [] } as never,
    });
    await faults.inject();
    const get = () => workload.call({ door: 'gateway', method: 'GET', path: '/a' });
    expect(await get()).toMatchObject({ status: 200, body: { path: '/a' } });
    expect((await get()).status).toBe(418);
    await faults.heal();
    expect((await get()).status).toBe(200);
    expect(await faults.evidence()).toMatchObject([{ hits: 1 }]);
    const { records } = await lab.wire.records();
    expect(records.filter((record) => record.type === 'exchange').map(({ operation }) => operation)).toEqual(
      Array.from({ length: 3 }, () => 'GET /a'),
    );
    await feed.close();
    const { host, port } = lab.address('driver', 'gateway');
    const plain = request(`http://${host}:${port}/a`);
    await expect(plain, 'plain HTTP').rejects.toThrow();
  } finally {
    await takeDownLab(lab);
    await rm(folder, { recursive: true, force: true });
  }
}, 60_000);

test('the driver turns away from a door whose certificate the authority did not sign', async () => {
  await using folder = await temporary();
  const [own, foreign] = await Promise.all([
    makeCertificates(secured, folder.path),
    makeCertificates(secured, folder.path),
  ]);
  const { certificate: cert, key } = foreign?.issued.gateway ?? {};
  const server = createServer({ cert, key }, (_, answer) => answer.end()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  await writeFile(join(folder.path, 'own.pem'), own?.authority ?? '');
  await writeFile(join(folder.path, 'foreign.pem'), foreign?.authority ?? '');
  const ask = (file: string) => request(url, { dispatcher: dispatcherFor(join(folder.path, file)) });
  expect((await ask('foreign.pem')).statusCode).toBe(200);
  await expect(ask('own.pem')).rejects.toThrow('certificate');
  server.closeAllConnections();
  server.close();
});

test('certificates in files are read, and a file that is not there is named', async () => {
  await using folder = await temporary();
  const file = (name: string) => join(folder.path, name);
  for (const name of ['certificate', 'key', 'authority']) await writeFile(file(name), `the ${name}`);
  const tls = { certificate: file('certificate'), key: file('key'), authority: file('authority') };
  const edge = { caller: 'driver', callee: 'gateway', protocol: 'http', tls } as const;
  expect(edgeTls(edge, { root: '/' })).toEqual({
    tls: { certificate: 'the certificate', key: 'the key', authority: 'the authority' },
  });
  expect(authorityOf(edge, { root: '/' })).toEqual({ authorityFile: file('authority') });
  const lacking = { ...edge, tls: { ...tls, key: file('nowhere') } };
  expect(() => edgeTls(lacking, { root: '/' })).toThrow('nowhere cannot be read');
});

test('a certificate is wanted in one place and made for another: refused', () => {
  const [edge] = secured.edges;
  const plain = { ...secured, edges: [{ caller: edge?.caller, callee: edge?.callee, protocol: edge?.protocol }] };
  expect(() => validateTopology(plain)).toThrow('no certificate is made for it');
});

test('only HTTP can be read over TLS', () => {
  const [edge] = secured.edges;
  const wrong = { ...secured, edges: [{ ...edge, protocol: 'tcp' }] };
  expect(() => validateTopology(wrong)).toThrow('speaks tcp over TLS');
});
