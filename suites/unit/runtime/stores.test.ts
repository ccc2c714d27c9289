/** Postgres in a lab: each service has its own database, and nothing of a killed server stays. */

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Lab, Service, Topology } from '../../../harness/core/index.ts';
import { systemClock } from '../../../harness/core/index.ts';
import { bootLab, takeDownLab } from '../../../harness/runtime/index.ts';
import { dataFolder } from '../../../harness/runtime/labs-folder.ts';
import { passwordOf } from '../../../harness/runtime/passwords.ts';
import { segmentsIn } from '../../../harness/runtime/shared-memory.ts';
import { expectGone, tools } from './lab-in-test.ts';

/** Writes where its database is into its log, and answers. */
const IDLER: Service = {
  command: [
    '$' + '{node}',
    '-e',
    `console.log(process.env.DB); require('node:http').createServer((_, r) => r.end('[]')).listen(process.env.PORT)`,
  ],
  env: { PORT: '$' + '{port}', DB: '$' + '{url:db}' },
  ready: { http: '/' },
};
const TOPOLOGY: Topology = {
  name: 'two-databases',
  services: { alpha: IDLER, 'beta-two': IDLER },
  stores: { db: { kind: 'postgres' } },
  brokers: {},
  edges: ['alpha', 'beta-two'].map((caller) => ({ caller, callee: 'db', protocol: 'postgres' })),
  idle: [],
};

let lab: Lab;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'faultline-test-'));
  lab = await bootLab({ topology: TOPOLOGY, tools: await tools(['node', 'toxiproxy', 'postgres']), folder });
}, 60_000);

afterAll(async () => {
  // A killed server leaves its segment of shared memory behind: the end of the lab frees it.
  await lab.parts.kill('db');
  const segments = segmentsIn(dataFolder(lab.descriptor.run));
  expect(segments).toHaveLength(1);
  await takeDownLab(lab);
  const left = readFileSync('/proc/sysvipc/shm', 'utf8')
    .split('\n')
    .map((line) => line.trim().split(/\s+/)[1]);
  expect(left).not.toContain(segments[0]);
  await expectGone(lab.descriptor);
  rmSync(folder, { recursive: true });
});

/** The answer of the database, or what it refused with. */
async function ask(
  user: string,
  database: string,
  sql: string,
  password = passwordOf(lab.descriptor.token, user),
): Promise<unknown> {
  const { host, port } = lab.address(user === 'postgres' ? 'alpha' : user, 'db');
  const client = new pg.Client({ host, port, user, database, password });
  client.on('error', () => {});
  try {
    await client.connect();
    return (await client.query(sql)).rows;
  } catch (error) {
    return (error as Error).message;
  } finally {
    await client.end().catch(() => {});
  }
}

test('the url a service is given is its way to its own database', async () => {
  const url = readFileSync(join(folder, 'logs/beta-two.log'), 'utf8').trim();
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client
    .query('create table own (id int); select current_database() as name')
    .then((result) => [result].flat().at(-1) ?? { rows: [] });
  await client.end();
  expect(rows).toEqual([{ name: 'beta-two' }]);
});

test("another service's database is refused, and so is a wrong password", async () => {
  expect(await ask('alpha', 'alpha', 'select 1 as one')).toEqual([{ one: 1 }]);
  expect(await ask('alpha', 'beta-two', 'select 1')).toBe('permission denied for database "beta-two"');
  expect(await ask('alpha', 'postgres', 'select 1')).toBe('permission denied for database "postgres"');
  expect(await ask('alpha', 'alpha', 'select 1', 'guess')).toBe('password authentication failed for user "alpha"');
  expect(await ask('postgres', 'postgres', 'select 1', '')).not.toEqual(expect.any(Array));
});

test('probes read any database, whole numbers as numbers and times as epoch ms', async () => {
  const rows = await lab.probe({
    store: 'db',
    database: 'alpha',
    sql: "select 5::bigint as amount, sum(2) as total, timestamptz '2026-01-01 00:00Z' as at",
  });
  expect(rows).toEqual([{ amount: 5, total: 2, at: Date.UTC(2026, 0, 1) }]);
  await expect(lab.probe({ store: 'db', database: 'alpha', sql: 'select nothing' })).rejects.toThrow(
    'the probe of the database "alpha" of "db" failed: column "nothing" does not exist',
  );
});

test('what was committed is there after a kill, and probes find the server again', async () => {
  await ask('alpha', 'alpha', 'create table kept (id int)');
  await ask('alpha', 'alpha', 'insert into kept values (7)');
  await lab.parts.kill('db');
  expect(await ask('alpha', 'alpha', 'select 1')).not.toEqual(expect.any(Array));
  await lab.parts.restart('db');
  expect(await lab.probe({ store: 'db', database: 'alpha', sql: 'select id from kept' })).toEqual([{ id: 7 }]);
});

test('a paused server is paused with all its backends', async () => {
  const before = await ask('alpha', 'alpha', 'select 1 as one');
  await lab.parts.pause('db');
  const late = ask('alpha', 'alpha', 'select 2 as two');
  const first = await Promise.race([late, systemClock.delay(200).then(() => 'nothing yet')]);
  await lab.parts.resume('db');
  expect([before, first, await late]).toEqual([[{ one: 1 }], 'nothing yet', [{ two: 2 }]]);
});
