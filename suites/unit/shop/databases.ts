/** A real Postgres with a database for each service of the shop, for tests of their stores. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Lab, Service, Topology } from '../../../harness/core/index.ts';
import { bootLab, takeDownLab } from '../../../harness/runtime/index.ts';
import { passwordOf } from '../../../harness/runtime/passwords.ts';
import { ensureTools } from '../../../harness/setup/index.ts';
import { type Database, openDatabase } from '../../../services-under-test/kit/database.ts';
import { quietLog } from './upstream.ts';

const SHOP = new URL('../../../services-under-test/', import.meta.url);
const SERVICES = ['order', 'inventory', 'payment', 'shipping', 'notification'] as const;

/** Holds the place of a service: only its database is wanted. */
const IDLER: Service = {
  command: ['$' + '{node}', '-e', `require('node:http').createServer((_, r) => r.end('[]')).listen(process.env.PORT)`],
  env: { PORT: '$' + '{port}' },
  ready: { http: '/' },
};
const TOPOLOGY: Topology = {
  name: 'shop-databases',
  services: Object.fromEntries(SERVICES.map((name) => [name, IDLER])),
  stores: { postgres: { kind: 'postgres' } },
  brokers: {},
  edges: SERVICES.map((caller) => ({ caller, callee: 'postgres', protocol: 'postgres' })),
  idle: [],
};

export interface Databases {
  /** The database of a service, opened as the service does it. */
  open(service: (typeof SERVICES)[number]): Promise<Database>;
  close(): Promise<void>;
}

export async function bootDatabases(): Promise<Databases> {
  const folder = mkdtempSync(join(tmpdir(), 'faultline-test-'));
  const tools = await ensureTools(['node', 'toxiproxy', 'postgres'], () => undefined);
  const lab: Lab = await bootLab({ topology: TOPOLOGY, tools, folder });
  const opened: Database[] = [];
  return {
    async open(service) {
      const { host, port } = lab.address(service, 'postgres');
      const url = `postgres://${service}:${passwordOf(lab.descriptor.token, service)}@${host}:${port}/${service}`;
      const schema = [new URL('kit/messages.sql', SHOP), new URL(`${service}/schema.sql`, SHOP)];
      const database = await openDatabase({ url, schema, log: quietLog });
      opened.push(database);
      return database;
    },
    async close() {
      for (const database of opened) await database.close();
      await takeDownLab(lab);
      rmSync(folder, { recursive: true });
    },
  };
}
