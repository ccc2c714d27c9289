/** The service's own Postgres database: a small pool, prepared statements, and a schema made at start. */
import { readFile } from 'node:fs/promises';
import pg from 'pg';
import { type Logger, reasonOf } from './log.ts';
import { backoffMs, pause } from './time.ts';

/** A prepared statement: parsed once per connection, under its name. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

export interface Database {
  /** Runs one statement: its own transaction, one round trip. */
  run<Row>(statement: Statement, values: readonly unknown[]): Promise<Row[]>;
  /** True when the database answers and the schema is in place. */
  ready(): Promise<boolean>;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  readonly url: string;
  /** Files of `create … if not exists`, in order. */
  readonly schema: readonly URL[];
  readonly log: Logger;
}

/** Statements take about a millisecond each: few connections do, and each costs a login and plans of its own. */
const CONNECTIONS = 4;

// 20 is int8: counts and epoch milliseconds, all below 2^53.
pg.types.setTypeParser(20, Number);

/** Opens the pool and makes the schema, trying for as long as the database is not up yet. */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: CONNECTIONS,
    connectionTimeoutMillis: 1_000,
    query_timeout: 2_000,
    idleTimeoutMillis: 0,
    // Our statements are planned once per connection, not once per run.
    options: '-c plan_cache_mode=force_generic_plan',
  });
  // Without a listener a connection that is cut while idle would end the process.
  pool.on('error', (error) => options.log.warn({ reason: reasonOf(error) }, 'a database connection was lost'));
  await makeSchema(pool, options);
  return {
    async run<Row>(statement: Statement, values: readonly unknown[]) {
      const result = await pool.query({ name: statement.name, text: statement.text, values: [...values] });
      return result.rows as Row[];
    },
    ready: async () => (await pool.query('select 1')).rowCount === 1,
    close: () => pool.end(),
  };
}

async function makeSchema(pool: pg.Pool, { schema, log }: DatabaseOptions): Promise<void> {
  const texts = await Promise.all(schema.map((file) => readFile(file, 'utf8')));
  for (let tries = 0; ; tries++) {
    try {
      await pool.query(texts.join('\n'));
      return;
    } catch (error) {
      if (tries % 20 === 0) log.info({ reason: reasonOf(error) }, 'waiting for the database');
      await pause(backoffMs(tries, { firstMs: 20, mostMs: 200 }));
    }
  }
}
