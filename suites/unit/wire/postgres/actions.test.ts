/** What the wire does to chosen Postgres exchanges, on a real server: it hits, the state afterwards is right, and it ends with its rule. */
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../../../harness/core/index.ts';
import { type Rig, startRig } from '../rig.ts';
import { LOGIN, startPostgres, type TestPostgres } from './server.ts';

let server: TestPostgres;
let own: pg.Client;
let rig: Rig;
let client: pg.Client;

beforeAll(async () => {
  server = await startPostgres();
  own = new pg.Client({ host: '127.0.0.1', port: server.port, ...LOGIN });
  await own.connect();
}, 60_000);
afterAll(async () => {
  await own.end();
  await server.stop();
});

beforeEach(async () => {
  await own.query('drop table if exists things; create table things (id int primary key, name text)');
  rig = await startRig({ protocol: 'postgres', upstreamPort: server.port });
  client = await connected();
  return async () => {
    await client.end().catch(() => undefined);
    await rig[Symbol.asyncDispose]();
  };
});

async function connected(): Promise<pg.Client> {
  const one = new pg.Client({ host: '127.0.0.1', port: rig.port, connectionTimeoutMillis: 3_000, ...LOGIN });
  one.on('error', () => undefined);
  await one.connect();
  return one;
}

const put = (id: number) => ({
  name: 'thing-put',
  text: 'insert into things values ($1, $2) returning id',
  values: [id, 'x'],
});
const stored = async () => (await own.query('select id from things order by id')).rows.map(({ id }) => id);
const hits = async () => (await rig.wire.hits('rule')).hits;
const error = { do: 'postgres-error', sqlstate: '40001', message: 'could not serialize access' } as const;

describe('an error in the place of the work', () => {
  test('a prepared statement that is its own transaction fails, is not run, and works the next time', async () => {
    await rig.arm(error, { operation: 'thing-put', times: 1 });
    await expect(client.query(put(1))).rejects.toMatchObject({ code: '40001', message: error.message });
    expect(await stored()).toEqual([]);
    await client.query(put(1));
    await client.query(put(2));
    expect(await stored()).toEqual([1, 2]);
    expect(await hits()).toBe(1);
    const [, failed] = await rig.exchanges(2);
    expect(failed).toMatchObject({ operation: 'thing-put', outcome: 'answered', error: '40001', fault: 'rule' });
  });

  test('a statement that was prepared before fails alike', async () => {
    await client.query(put(1));
    await rig.arm(error, { operation: 'thing-put', times: 1 });
    await expect(client.query(put(2))).rejects.toMatchObject({ code: '40001' });
    await client.query(put(3));
    expect(await stored()).toEqual([1, 3]);
  });

  test('a plain query fails', async () => {
    await rig.arm(error, { operation: 'INSERT things', times: 1 });
    await expect(client.query("insert into things values (1, 'a')")).rejects.toMatchObject({ code: '40001' });
    await client.query("insert into things values (2, 'a')");
    expect(await stored()).toEqual([2]);
  });

  test('the transaction fails with its statement, at the server as well', async () => {
    await rig.arm(error, { operation: 'INSERT things', nth: 2, times: 1 });
    await client.query('begin');
    await client.query("insert into things values (1, 'a')");
    await expect(client.query("insert into things values (2, 'a')")).rejects.toMatchObject({ code: '40001' });
    await expect(client.query('select 1')).rejects.toMatchObject({ code: '25P02' });
    await client.query('rollback');
    expect(await stored()).toEqual([]);
    await client.query("insert into things values (3, 'a')");
    expect(await stored()).toEqual([3]);
  });

  test('a commit that fails has rolled back, and the connection is out of the transaction', async () => {
    await rig.arm(error, { operation: 'COMMIT', times: 1 });
    await client.query('begin');
    await client.query(put(1));
    await expect(client.query('commit')).rejects.toMatchObject({ code: '40001' });
    expect(await stored()).toEqual([]);
    await client.query(put(2));
    expect(await stored()).toEqual([2]);
  });

  test('queries that wait for each other each get their own answer', async () => {
    await rig.arm(error, { operation: 'INSERT things', nth: 2, times: 1 });
    const all = await Promise.allSettled([1, 2, 3].map((id) => client.query(`insert into things values (${id}, 'p')`)));
    expect(all.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(await stored()).toEqual([1, 3]);
  });

  test('too many clients are refused at the door', async () => {
    await rig.arm(
      { do: 'postgres-error', sqlstate: '53300', message: 'sorry, too many clients already', fatal: true },
      { operation: 'CONNECT' },
    );
    await expect(connected()).rejects.toMatchObject({ code: '53300' });
    await client.query('select 1');
    await rig.wire.disarm('rule');
    await (await connected()).end();
    expect(await hits()).toBe(1);
  });

  test('a shutdown by the administrator ends the connection and what it had begun', async () => {
    const message = 'terminating connection due to administrator command';
    await client.query('begin');
    await client.query(put(1));
    await rig.arm({ do: 'postgres-error', sqlstate: '57P01', message, fatal: true }, { operation: 'thing-put' });
    await expect(client.query(put(2))).rejects.toMatchObject({ code: '57P01', severity: 'FATAL' });
    await expect(client.query('select 1')).rejects.toThrow();
    await rig.wire.disarm('rule');
    expect(await stored()).toEqual([]);
  });
});

describe('work done and nobody told', () => {
  test('a statement of its own is committed, its reply lost, the connection reset', async () => {
    await rig.arm({ do: 'lost-reply' }, { operation: 'thing-put', times: 1 });
    await expect(client.query(put(1))).rejects.toThrow(/ECONNRESET|terminated/);
    expect(await stored()).toEqual([1]);
    expect(await hits()).toBe(1);
    const [, lost] = await rig.exchanges(2);
    expect(lost).toMatchObject({ outcome: 'reset', forwarded: true, fault: 'rule', responseBytes: 0 });
    client = await connected();
    await client.query(put(2));
    expect(await stored()).toEqual([1, 2]);
  });

  test('a COMMIT is done and its reply lost', async () => {
    await rig.arm({ do: 'postgres-commit-lost' }, { times: 1 });
    await client.query('begin');
    await client.query(put(1));
    await client.query('select 1');
    await expect(client.query('commit')).rejects.toThrow();
    expect(await stored()).toEqual([1]);
    expect(await hits()).toBe(1);
  });

  test('what fails or only reads is no lost commit', async () => {
    await client.query(put(1));
    await rig.arm({ do: 'postgres-commit-lost' });
    await expect(client.query(put(1))).rejects.toMatchObject({ code: '23505' });
    await client.query('select * from things');
    expect(await hits()).toBe(0);
    await expect(client.query(put(2))).rejects.toThrow();
    expect(await stored()).toEqual([1, 2]);
    expect(await hits()).toBe(1);
  });

  test('a silent loss leaves the client waiting on an open connection', async () => {
    await rig.arm({ do: 'lost-reply', silent: true }, { operation: 'thing-put' });
    const patient = new pg.Client({ host: '127.0.0.1', port: rig.port, query_timeout: 150, ...LOGIN });
    patient.on('error', () => undefined);
    await patient.connect();
    await expect(patient.query(put(1))).rejects.toThrow('timeout');
    expect(await stored()).toEqual([1]);
    await patient.end();
    const [, , lost] = await rig.exchanges(3);
    expect(lost).toMatchObject({ outcome: 'gave-up', fault: 'rule' });
  });
});

describe('delay, hold, reset', () => {
  test('a reset in mid-transaction undoes the transaction', async () => {
    await rig.arm({ do: 'reset' }, { operation: 'thing-put', nth: 2 });
    await client.query('begin');
    await client.query(put(1));
    await expect(client.query(put(2))).rejects.toThrow(/ECONNRESET|terminated/);
    await rig.wire.disarm('rule');
    expect(await stored()).toEqual([]);
  });

  test('only the chosen statement is slow', async () => {
    await rig.arm({ do: 'delay', delayMs: 150 }, { operation: 'thing-*' });
    const timed = async (run: () => Promise<unknown>) => {
      const from = systemClock.now();
      await run();
      return systemClock.now() - from;
    };
    expect(await timed(() => client.query(put(1)))).toBeGreaterThan(145);
    expect(await timed(() => client.query('select 1'))).toBeLessThan(145);
  });

  test('a delayed reply comes later although the work is done', async () => {
    await rig.arm({ do: 'delay', delayMs: 200, at: 'after' }, { operation: 'thing-put' });
    const slow = client.query(put(1));
    await expect.poll(stored).toEqual([1]);
    expect(await Promise.race([slow, Promise.resolve('not yet')])).toBe('not yet');
    expect((await slow).rowCount).toBe(1);
  });

  test('a held statement goes on when the rule is taken back', async () => {
    await rig.arm({ do: 'hold' }, { operation: 'thing-put', times: 1 });
    const held = client.query(put(1));
    const { operation } = await rig.wire.nextHeld('rule', 5_000);
    expect(operation).toBe('thing-put');
    await own.query(put(2));
    expect(await stored()).toEqual([2]);
    await rig.wire.disarm('rule');
    await held;
    expect(await stored()).toEqual([1, 2]);
  });

  test('a held statement that is dropped never reaches the server', async () => {
    await rig.arm({ do: 'hold' }, { operation: 'thing-put', times: 1 });
    const held = client.query(put(1));
    held.catch(() => undefined);
    const { token } = await rig.wire.nextHeld('rule', 5_000);
    await rig.wire.release(token, 'drop');
    await expect(held).rejects.toThrow();
    expect(await stored()).toEqual([]);
    const [, dropped] = await rig.exchanges(2);
    expect(dropped).toMatchObject({ outcome: 'reset', forwarded: false, fault: 'rule' });
  });

  test('while a rule is armed that matches nothing, everything else works as ever', async () => {
    await rig.arm({ do: 'reset' }, { operation: 'nothing' });
    const large = 'x'.repeat(3_000_000);
    const { rows } = await client.query('select $1::text as value', [large]);
    expect(rows[0].value).toBe(large);
    await client.query('begin');
    await client.query(put(1));
    await client.query('commit');
    expect(await stored()).toEqual([1]);
    expect(await hits()).toBe(0);
  });
});
