/** Redis in a lab: each service reaches its own keys alone, nothing outlives a kill, and it can be paused. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { Lab, Service, Topology } from '../../../harness/core/index.ts';
import { systemClock, waitFor } from '../../../harness/core/index.ts';
import { bootLab, takeDownLab } from '../../../harness/runtime/index.ts';
import { dataFolder } from '../../../harness/runtime/labs-folder.ts';
import { toolsFor } from '../../../harness/setup/index.ts';
import { expectGone, tools } from './lab-in-test.ts';

/** Writes where its Redis is into its log, and answers. */
const IDLER: Service = {
  command: [
    '$' + '{node}',
    '-e',
    `console.log(process.env.CACHE); require('node:http').createServer((_, r) => r.end('[]')).listen(process.env.PORT)`,
  ],
  env: { PORT: '$' + '{port}', CACHE: '$' + '{url:cache}' },
  ready: { http: '/' },
};
const TOPOLOGY: Topology = {
  name: 'one-cache',
  services: { alpha: IDLER, 'beta-two': IDLER },
  stores: { cache: { kind: 'redis' } },
  brokers: {},
  edges: ['alpha', 'beta-two'].map((caller) => ({ caller, callee: 'cache', protocol: 'redis' })),
  idle: [],
};

let lab: Lab;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'faultline-test-'));
  lab = await bootLab({ topology: TOPOLOGY, tools: await tools(toolsFor(TOPOLOGY)), folder });
}, 60_000);

afterAll(async () => {
  await takeDownLab(lab);
  await expectGone(lab.descriptor);
  rmSync(folder, { recursive: true });
});

/** A client as the service has it: by the url it was given. */
function clientOf(service: string): Redis {
  const url = readFileSync(join(folder, `logs/${service}.log`), 'utf8').trim();
  const client = new Redis(url, { retryStrategy: () => null, maxRetriesPerRequest: 0, commandTimeout: 2_000 });
  client.on('error', () => {});
  onTestFinished(() => client.disconnect());
  return client;
}

const refusal = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: Error) => error.message,
  );

test('a topology with a Redis needs it, and no Postgres', () => {
  expect(toolsFor(TOPOLOGY)).toEqual(['node', 'toxiproxy', 'redis']);
});

test('a service reaches keys and channels that begin with its name, and no others', async () => {
  const alpha = clientOf('alpha');
  expect(await alpha.set('alpha:one', '1', 'PX', 60_000)).toBe('OK');
  expect(await alpha.get('alpha:one')).toBe('1');
  expect(await refusal(clientOf('beta-two').get('alpha:one'))).toMatch(/^NOPERM/);
  expect(await refusal(alpha.publish('beta-two:news', 'x'))).toMatch(/^NOPERM/);
  expect(await refusal(alpha.flushall())).toMatch(/^NOPERM/);
  expect(await refusal(alpha.config('GET', '*'))).toMatch(/^NOPERM/);
});

test('nobody is served without a password', async () => {
  const { host, port } = lab.address('alpha', 'cache');
  const stranger = new Redis(port, host, { retryStrategy: () => null, enableReadyCheck: false });
  stranger.on('error', () => {});
  onTestFinished(() => stranger.disconnect());
  expect(await refusal(stranger.get('alpha:one'))).toMatch(/^NOAUTH/);
});

test('nothing is written to disk, so a killed server comes back empty', async () => {
  await clientOf('alpha').set('alpha:kept', '1');
  await lab.parts.kill('cache');
  expect(await refusal(clientOf('alpha').get('alpha:kept'))).not.toBe('done');
  await lab.parts.restart('cache');
  expect(await clientOf('alpha').get('alpha:kept')).toBeNull();
  expect(readdirSync(join(dataFolder(lab.descriptor.run), 'cache'))).toEqual([]);
});

test('a paused server answers when it goes on', async () => {
  const alpha = clientOf('alpha');
  await alpha.set('alpha:two', '2');
  await lab.parts.pause('cache');
  const late = alpha.get('alpha:two');
  const first = await Promise.race([late, systemClock.delay(200).then(() => 'nothing yet')]);
  await lab.parts.resume('cache');
  expect([first, await late]).toEqual(['nothing yet', '2']);
});

test('its connections are seen by the wire', async () => {
  await clientOf('alpha').get('alpha:one');
  const seen = async () => {
    const { records } = await lab.wire.records();
    return records.some((record) => 'edge' in record && record.edge === 'alpha->cache') || undefined;
  };
  await expect(waitFor(seen, { what: 'a record of the edge', deadlineMs: 3_000 })).resolves.toBe(true);
});
