/** Postgres as a child process: a copy of the template, and one role with one database for each service that has an edge to it. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import type { Topology } from '../../core/index.ts';
import { passwordOf, SUPERUSER } from '../passwords.ts';
import type { PartSpec } from '../warden/spec.ts';
import { type NativeContext, partOf } from './context.ts';

const HOST = '127.0.0.1';
/** Connections that make databases at the same time. */
const PARALLEL = 4;
const PATIENCE_MS = 15_000;
const READY_LINE = 'database system is ready to accept connections';
/** Everybody by password, once the roles are made. */
const HBA = 'host all all 127.0.0.1/32 scram-sha-256\n';

export function postgresFolder(data: string, name: string): string {
  return join(data, name);
}

/** Expects the template's copy in `postgresFolder`. */
export function postgresSpec(context: NativeContext, name: string): PartSpec {
  const { bin, uid, gid } = context.tools.postgres;
  const folder = postgresFolder(context.data, name);
  const { port } = partOf(context, name);
  // Segments of dynamic shared memory are files of the data folder, so that nothing of them outlives it.
  const settings = ['max_connections=200', 'dynamic_shared_memory_type=mmap', 'log_destination=stderr'];
  return {
    name,
    kind: 'postgres',
    command: [join(bin, 'postgres'), '-D', folder, '-p', String(port), ...settings.flatMap((text) => ['-c', text])],
    env: context.env,
    cwd: context.data,
    ...(uid !== undefined && { uid }),
    ...(gid !== undefined && { gid }),
    logFile: join(context.logs, `${name}.log`),
    stopSignal: 'SIGINT',
    stopGraceMs: 10_000,
    ready: { how: 'log', text: READY_LINE },
    readyTimeoutMs: 30_000,
  };
}

/** Roles and databases; at the end the superuser too has a password (the lab's token) and nobody is trusted any more. */
export async function makeDatabases(context: NativeContext, name: string): Promise<void> {
  await createDatabases({ ...context, port: partOf(context, name).port }, name, async (pool) => {
    writeFileSync(join(postgresFolder(context.data, name), 'pg_hba.conf'), HBA);
    await pool.query('SELECT pg_reload_conf()');
  });
}

export interface DatabaseServer {
  readonly topology: Topology;
  readonly token: string;
  /** On loopback. */
  readonly port: number;
  /** Of the superuser until then; none where it is trusted. */
  readonly password?: string;
}

/** A role and a database for each service that has an edge to the store; the password of the superuser is the lab's token from then on. */
export async function createDatabases(
  { topology, token, port, password }: DatabaseServer,
  name: string,
  finish: (pool: pg.Pool) => Promise<void> = async () => {},
): Promise<void> {
  const pool = new pg.Pool({
    host: HOST,
    port,
    user: SUPERUSER,
    ...(password !== undefined && { password }),
    database: 'postgres',
    max: PARALLEL,
    connectionTimeoutMillis: PATIENCE_MS,
    query_timeout: PATIENCE_MS,
  });
  try {
    const owners = ownersOf(topology, name);
    const roles = owners.map((owner) => `CREATE ROLE "${owner}" LOGIN PASSWORD '${passwordOf(token, owner)}';`);
    await pool.query(`${roles.join('\n')} REVOKE CONNECT ON DATABASE postgres, template1 FROM PUBLIC;`);
    await Promise.all(
      owners.map(async (owner) => {
        // Copying files goes in parallel; through the log it would be one after the other.
        await pool.query(`CREATE DATABASE "${owner}" OWNER "${owner}" STRATEGY file_copy`);
        await pool.query(`REVOKE CONNECT ON DATABASE "${owner}" FROM PUBLIC`);
      }),
    );
    await pool.query(`ALTER ROLE ${SUPERUSER} PASSWORD '${token}'`);
    await finish(pool);
  } finally {
    await pool.end();
  }
}

/** Services with an edge to the store; names are safe to quote (lower case, digits, dashes). */
function ownersOf({ edges }: Topology, store: string): string[] {
  return [...new Set(edges.filter((edge) => edge.callee === store).map((edge) => edge.caller))].filter(
    (caller) => caller !== 'driver',
  );
}
