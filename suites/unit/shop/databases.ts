/** A real Postgres with a database for each service of the shop, and a real Redis, for tests of their stores. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Edge, Lab, Service, Topology } from '../../../harness/core/index.ts';
import { bootLab, takeDownLab } from '../../../harness/runtime/index.ts';
import { passwordOf } from '../../../harness/runtime/passwords.ts';
import { ensureTools, toolsFor } from '../../../harness/setup/index.ts';
import { type Database, openDatabase } from '../../../services-under-test/kit/database.ts';
import { openRedis, type RedisStore } from '../../../services-under-test/kit/redis.ts';
import { quietLog } from './upstream.ts';

const SHOP = new URL('../../../services-under-test/', import.meta.url);
const SERVICES = [
  'order',
  'inventory',
  'payment',
  'shipping',
  'notification',
  'user',
  'catalog',
  'order-history',
  'analytics',
] as const;

/** Holds the place of a service: only its database is wanted. */
const IDLER: Service = {
  command: ['$' + '{node}', '-e', `require('node:http').createServer((_, r) => r.end('[]')).listen(process.env.PORT)`],
  env: { PORT: '$' + '{port}' },
  ready: { http: '/' },
};
const TOPOLOGY: Topology = {
  name: 'shop-databases',
  services: Object.fromEntries(SERVICES.map((name) => [name, IDLER])),
  stores: { postgres: { kind: 'postgres' }, redis: { kind: 'redis' } },
  brokers: {},
  edges: SERVICES.flatMap((caller): Edge[] => [
    { caller, callee: 'postgres', protocol: 'postgres' },
    { caller, callee: 'redis', protocol: 'redis' },
  ]),
  idle: [],
};

export interface Databases {
  /** The database of a service, opened as the service does it; `more`: schema files beyond its own. */
  open(service: (typeof SERVICES)[number], more?: readonly string[]): Promise<Database>;
  /** Redis as the service reaches it. */
  redis(service: (typeof SERVICES)[number]): RedisStore;
  readonly lab: Lab;
  close(): Promise<void>;
}

export async function bootDatabases(): Promise<Databases> {
  const folder = mkdtempSync(join(tmpdir(), 'faultline-test-'));
  const tools = await ensureTools(toolsFor(TOPOLOGY), () => undefined);
  const lab: Lab = await bootLab({ topology: TOPOLOGY, tools, folder });
  const opened: { close(): Promise<void> }[] = [];
  return {
    lab,
    async open(service, more = []) {
      const { host, port } = lab.address(service, 'postgres');
      const url = `postgres://${service}:${passwordOf(lab.descriptor.token, service)}@${host}:${port}/${service}`;
      const schema = [
        new URL('kit/messages.sql', SHOP),
        new URL(`${service}/schema.sql`, SHOP),
        ...more.map((file) => new URL(file, SHOP)),
      ];
      const database = await openDatabase({ url, schema, log: quietLog });
      opened.push(database);
      return database;
    },
    redis(service) {
      const { host, port } = lab.address(service, 'redis');
      const url = `redis://${service}:${passwordOf(lab.descriptor.token, service)}@${host}:${port}`;
      const redis = openRedis({ url, edge: `${service}->redis`, log: quietLog });
      opened.push(redis);
      return redis;
    },
    async close() {
      for (const database of opened) await database.close();
      await takeDownLab(lab);
      rmSync(folder, { recursive: true });
    },
  };
}
