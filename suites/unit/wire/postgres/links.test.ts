/** Postgres exchanges are told their case by the values they are bound to, and rules can then act on one case alone. */
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { CASE, type Rig, startRig, TRACEPARENT } from '../rig.ts';
import { LOGIN, startPostgres, type TestPostgres } from './server.ts';

const ORDER = '11111111-2222-3333-4444-555555555555';
const OTHER_ORDER = '99999999-2222-3333-4444-555555555555';
const OTHER_CASE = 'cccccccccccccccc';
const OTHER_TRACE = `00-${OTHER_CASE}aaaaaaaaaaaaaaaa-bbbbbbbbbbbbbbbb-01`;

let server: TestPostgres;
let rig: Rig;
let client: pg.Client;

beforeAll(async () => {
  server = await startPostgres();
}, 60_000);
afterAll(() => server.stop());

beforeEach(async () => {
  const correlate = [{ edge: '*', operation: 'order-place', id: 'value.2' }];
  rig = await startRig({ protocol: 'postgres', upstreamPort: server.port, correlate });
  client = new pg.Client({ host: '127.0.0.1', port: rig.port, ...LOGIN });
  client.on('error', () => undefined);
  await client.connect();
  return async () => {
    await client.end().catch(() => undefined);
    await rig[Symbol.asyncDispose]();
  };
});

const place = (order: string, trace: string) =>
  client.query({ name: 'order-place', text: 'select $1::text, $2::uuid, $3::text', values: ['user', order, trace] });
const find = (order: string) =>
  client.query({ name: 'order-find', text: 'select $1::int, $2::uuid', values: [1, order] });

test('a traceparent among the values names the case, and the id beside it is known from then on', async () => {
  await find(ORDER);
  await place(ORDER, TRACEPARENT);
  await find(ORDER);
  await find(OTHER_ORDER);
  const [, before, placed, found, stranger] = await rig.exchanges(5);
  expect(before?.case).toBeUndefined();
  expect(placed).toMatchObject({ case: CASE, key: ORDER, trace: TRACEPARENT.slice(3, 35) });
  expect(found).toMatchObject({ case: CASE, key: ORDER });
  expect(stranger?.case).toBeUndefined();
});

test('an array of ids names the case of all of them, and none where they belong to two', async () => {
  await place(ORDER, TRACEPARENT);
  await place(OTHER_ORDER, OTHER_TRACE);
  const many = (...ids: string[]) =>
    client.query({ name: 'order-find-many', text: 'select $1::uuid[], $2::text[]', values: [ids, ids.map(() => 'x')] });
  const UNKNOWN = '00000000-2222-3333-4444-555555555555';
  await many(ORDER);
  await many(UNKNOWN, ORDER, ORDER);
  await many(ORDER, OTHER_ORDER);
  await many();
  const bare = { name: 'order-find-bare', text: 'select $1::uuid[]' };
  await client.query({ ...bare, values: [`{${UNKNOWN},${ORDER}}`] });
  const found = (await rig.exchanges(8)).slice(3);
  expect(found.map((one) => one.case)).toEqual([CASE, CASE, undefined, undefined, CASE]);
});

test('a rule for one case leaves the other alone', async () => {
  await place(ORDER, TRACEPARENT);
  await place(OTHER_ORDER, OTHER_TRACE);
  const action = { do: 'postgres-error', sqlstate: '40001', message: 'no' } as const;
  await rig.arm(action, { operation: 'order-find', case: CASE });
  await find(OTHER_ORDER);
  await expect(find(ORDER)).rejects.toMatchObject({ code: '40001' });
  await find(OTHER_ORDER);
  expect((await rig.wire.hits('rule')).hits).toBe(1);
});

test('a COMMIT belongs to the case of the statements it commits', async () => {
  await rig.arm({ do: 'postgres-commit-lost' }, { case: CASE });
  await client.query('begin');
  await place(OTHER_ORDER, OTHER_TRACE);
  await client.query('commit');
  await client.query('begin');
  await place(ORDER, TRACEPARENT);
  await expect(client.query('commit')).rejects.toThrow();
  const last = (await rig.exchanges(7)).at(-1);
  expect(last).toMatchObject({ operation: 'COMMIT', case: CASE, fault: 'rule' });
});
