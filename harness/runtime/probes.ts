/** Asks the probes of a topology: SQL at the store itself and HTTP at the service itself, past wire and Toxiproxy. */
import pg from 'pg';
import { request } from 'undici';
import { HarnessError, type LabDescriptor, messageOf, type Probe } from '../core/index.ts';
import { SUPERUSER } from './passwords.ts';

export interface Prober {
  ask<Row>(probe: Probe): Promise<readonly Row[]>;
  close(): Promise<void>;
}

const TIMEOUT_MS = 5_000;
const CONNECTIONS_PER_DATABASE = 3;
const { builtins } = pg.types;
/** Whole numbers and sums come as numbers, points in time as epoch ms. */
const NUMBERS: readonly number[] = [builtins.INT8, builtins.NUMERIC];
const TIMES: readonly number[] = [builtins.TIMESTAMP, builtins.TIMESTAMPTZ];

export function prober(descriptor: LabDescriptor): Prober {
  const pools = new Map<string, pg.Pool>();
  const poolOf = (store: string, database: string) => {
    const key = `${store}/${database}`;
    const pool = pools.get(key) ?? openPool(descriptor, store, database);
    pools.set(key, pool);
    return pool;
  };
  return {
    async ask<Row>(probe: Probe) {
      if ('service' in probe) return (await get(descriptor, probe.service, probe.path)) as readonly Row[];
      try {
        const { rows } = await poolOf(probe.store, probe.database).query(probe.sql);
        return rows as readonly Row[];
      } catch (cause) {
        throw failed(`the database "${probe.database}" of "${probe.store}"`, messageOf(cause), cause);
      }
    },
    async close() {
      const open = [...pools.values()];
      pools.clear();
      await Promise.all(open.map((pool) => pool.end()));
    },
  };
}

function openPool(descriptor: LabDescriptor, store: string, database: string): pg.Pool {
  const pool = new pg.Pool({
    ...addressOf(descriptor, store),
    user: SUPERUSER,
    password: descriptor.token,
    database,
    max: CONNECTIONS_PER_DATABASE,
    connectionTimeoutMillis: TIMEOUT_MS,
    query_timeout: TIMEOUT_MS,
    allowExitOnIdle: true,
    types: { getTypeParser: parserOf as typeof pg.types.getTypeParser },
  });
  // A store that is killed cuts idle connections; the next question opens another.
  pool.on('error', () => {});
  return pool;
}

function parserOf(oid: number, format?: 'text' | 'binary'): unknown {
  if (NUMBERS.includes(oid)) return Number;
  if (TIMES.includes(oid)) return (text: string) => Number(pg.types.getTypeParser(oid)(text));
  return pg.types.getTypeParser(oid, format as 'text');
}

async function get(descriptor: LabDescriptor, service: string, path: string): Promise<readonly unknown[]> {
  const { host, port } = addressOf(descriptor, service);
  const asked = `GET ${path} at "${service}"`;
  let rows: unknown;
  try {
    const { statusCode, body } = await request(`http://${host}:${port}${path}`, {
      headersTimeout: TIMEOUT_MS,
      bodyTimeout: TIMEOUT_MS,
    });
    const text = await body.text();
    if (statusCode >= 300) throw new Error(`it answered ${statusCode}: ${text.slice(0, 200)}`);
    rows = JSON.parse(text);
  } catch (cause) {
    throw failed(asked, messageOf(cause), cause);
  }
  if (Array.isArray(rows)) return rows;
  throw failed(asked, 'the answer is no JSON array of rows', undefined);
}

function addressOf({ parts }: LabDescriptor, name: string): { readonly host: string; readonly port: number } {
  const part = parts.find((candidate) => candidate.name === name);
  if (part) return { host: part.host, port: part.port };
  throw new HarnessError({ code: 'unknown-name', message: `the lab has no part "${name}" that could be asked` });
}

function failed(asked: string, why: string, cause: unknown): HarnessError {
  const hint = 'Look at its log in the logs folder of the lab, and at its state.';
  return new HarnessError({ code: 'part-failed', message: `the probe of ${asked} failed: ${why}`, hint, cause });
}
