/** A real client and a real server with the wire between, nothing armed: everything works, and is on record under its name. */
import type { Socket } from 'node:net';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { ExchangeRecord } from '../../../../harness/core/index.ts';
import { type Rig, startRig } from '../rig.ts';
import { LOGIN, startPostgres, type TestPostgres } from './server.ts';

let server: TestPostgres;
let rig: Rig;
let client: pg.Client;

beforeAll(async () => {
  server = await startPostgres();
}, 60_000);
afterAll(() => server.stop());

beforeEach(async () => {
  rig = await startRig({ protocol: 'postgres', upstreamPort: server.port });
  client = await connected();
  return async () => {
    await client.end().catch(() => undefined);
    await rig[Symbol.asyncDispose]();
  };
});

async function connected(more: object = {}): Promise<pg.Client> {
  const one = new pg.Client({ host: '127.0.0.1', port: rig.port, ...LOGIN, ...more });
  one.on('error', () => undefined);
  await one.connect();
  return one;
}

async function operations(atLeast: number): Promise<string[]> {
  return (await rig.exchanges(atLeast)).map(({ operation }) => operation);
}

test('a login by password, a query and a prepared statement are one exchange each', async () => {
  await client.query('select 1 as one');
  await client.query({ name: 'order-find', text: 'select $1::int as n', values: [7] });
  const again = await client.query({ name: 'order-find', text: 'select $1::int as n', values: [8] });
  expect(again.rows).toEqual([{ n: 8 }]);
  expect(await operations(4)).toEqual(['CONNECT', 'SELECT', 'order-find', 'order-find']);
  const [login, , find] = (await rig.exchanges(4)) as [ExchangeRecord, unknown, ExchangeRecord];
  expect(login).toMatchObject({ protocol: 'postgres', outcome: 'answered', forwarded: true, connection: 1 });
  expect(find.requestBytes).toBeGreaterThan(50);
  expect(find.responseBytes).toBeGreaterThan(20);
});

test('statements are called by verb and table, transactions by their words', async () => {
  await client.query('create temp table things (id int primary key, name text)');
  await client.query('begin');
  await client.query('insert into things values ($1, $2)', [1, 'a']);
  await client.query('update things set name = $1 where id = 1', ['b']);
  await client.query('delete from "things" where id = $1', [2]);
  await client.query('select name from things where id = $1', [1]);
  await client.query('commit');
  expect((await operations(8)).slice(1)).toEqual([
    ...['CREATE things', 'BEGIN', 'INSERT things', 'UPDATE things', 'DELETE things', 'SELECT things', 'COMMIT'],
  ]);
});

test('an error is on record with its SQLSTATE, and the connection goes on', async () => {
  await expect(client.query('select * from nowhere')).rejects.toMatchObject({ code: '42P01' });
  await client.query('select 1');
  const [, failed, fine] = await rig.exchanges(3);
  expect(failed).toMatchObject({ operation: 'SELECT nowhere', outcome: 'answered', error: '42P01' });
  expect(fine).toMatchObject({ operation: 'SELECT', outcome: 'answered' });
  expect(fine).not.toHaveProperty('error');
});

test('a client that would like encryption is told no and goes on in plain text', async () => {
  const raw = await connected({ ssl: false, options: '-c statement_timeout=1000' });
  await raw.end();
  await expect(connected({ ssl: { rejectUnauthorized: false } })).rejects.toThrow('does not support SSL');
});

test('large rows and large values pass whole, in both directions', async () => {
  const large = 'x'.repeat(3_000_000);
  const { rows } = await client.query('select $1::text as value, repeat($2, 1000000) as other', [large, 'ab']);
  expect(rows[0].value).toBe(large);
  expect(rows[0].other.length).toBe(2_000_000);
  const many = await client.query('select g, repeat($1, 50) from generate_series(1, 20000) g', ['y']);
  expect(many.rowCount).toBe(20_000);
  expect(await operations(3)).toHaveLength(3);
});

test('a client that leaves in the middle of a query gave up', async () => {
  const running = client.query('select pg_sleep(5)').catch(() => undefined);
  await rig.exchanges(1);
  await new Promise((resolve) => setImmediate(resolve));
  (client as unknown as { connection: { stream: Socket } }).connection.stream.destroy();
  await running;
  const [, left] = await rig.exchanges(2);
  expect(left).toMatchObject({ operation: 'SELECT', outcome: 'gave-up' });
});
