/** An encrypted door in a real lab: ready over TLS, reached by the driver over TLS, read and broken by the wire. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { seededRandom, type Topology } from '../../../harness/core/index.ts';
import { faultsOf, newCaseId, openFeed, planFaults, workloadContext } from '../../../harness/experiment/index.ts';
import { bootLab, takeDownLab } from '../../../harness/runtime/index.ts';
import { ensureTools } from '../../../harness/setup/index.ts';
import { defineTopology, validateTopology } from '../../../harness/topology/index.ts';

const KEYS = '${root}/fixtures/keys/lab-only';
const secured: Topology = defineTopology({
  name: 'secured',
  services: {
    gateway: {
      command: ['${node}', '${root}/suites/unit/runtime/secure-door.ts'],
      env: { PORT: '${port}', TLS_CERT: `${KEYS}.gateway.pem`, TLS_KEY: `${KEYS}.gateway.key.pem` },
      ready: { http: '/health', secure: true },
    },
  },
  stores: {},
  brokers: {},
  edges: [
    {
      ...{ caller: 'driver', callee: 'gateway', protocol: 'http' },
      tls: { certificate: `${KEYS}.gateway.pem`, key: `${KEYS}.gateway.key.pem`, authority: `${KEYS}.ca.pem` },
    },
  ],
  idle: [],
});

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
  } finally {
    await takeDownLab(lab);
    await rm(folder, { recursive: true, force: true });
  }
}, 60_000);

test('only HTTP can be read over TLS', () => {
  const [edge] = secured.edges;
  const wrong = { ...secured, edges: [{ ...edge, protocol: 'tcp' }] };
  expect(() => validateTopology(wrong)).toThrow('speaks tcp over TLS');
});
