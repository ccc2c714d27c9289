/** After a case: whatever is not back is named, the lab is made whole, and the next case finds it as it should be. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import tiny from '../../../fixtures/topologies/tiny.ts';
import { type Lab, newTraceparent, seededRandom, systemClock, type Verdict } from '../../../harness/core/index.ts';
import { type Experiment, findUnhealed, openSession, type Session } from '../../../harness/experiment/index.ts';
import { makeWhole } from '../../../harness/experiment/make-whole.ts';
import { bootLab, takeDownLab } from '../../../harness/runtime/index.ts';
import { ensureTools } from '../../../harness/setup/index.ts';

const random = seededRandom(9);
let folder: string;
let lab: Lab;
let session: Session;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'faultline-whole-'));
  const tools = await ensureTools(['node', 'toxiproxy'], () => undefined);
  lab = await bootLab({ topology: tiny, tools, folder });
  session = await openSession({ lab, runFolder: folder, seed: 1 });
}, 60_000);

afterAll(async () => {
  await session?.close();
  if (lab) await takeDownLab(lab);
  await rm(folder, { recursive: true, force: true });
});

async function sell(key: string): Promise<boolean> {
  const { host, port } = lab.address('driver', 'till');
  const headers = { 'idempotency-key': key, 'content-type': 'application/json' };
  const traceparent = newTraceparent('00000000000000aa', random);
  return fetch(`http://${host}:${port}/sales`, {
    ...{ method: 'POST', headers: { ...headers, traceparent }, body: JSON.stringify({ amount: 5 }) },
    signal: AbortSignal.timeout(4_000),
  }).then(
    ({ ok }) => ok,
    () => false,
  );
}

const experiment: Experiment = {
  ...{ name: 'sales', slug: 'sales', file: 'none', hypothesis: 'sales go on', faults: [], checks: [] },
  workload: async () => undefined,
  pulse: () => sell(`pulse-${random.hex(8)}`),
};

const CAME_TO_REST: readonly Verdict[] = [
  { check: 'quiescence', status: 'pass', summary: 'it came to rest', evidence: [] },
];

/** What is named; the lab must be whole afterwards, and sell. */
async function named(): Promise<readonly string[]> {
  const unhealed = await findUnhealed(lab);
  const found = await makeWhole({ session, experiment, signal: new AbortController().signal }, CAME_TO_REST, unhealed);
  expect(await findUnhealed(lab)).toEqual([]);
  expect(await lab.parts.unready()).toEqual([]);
  expect(await sell(`after-${random.hex(8)}`)).toBe(true);
  return found;
}

test('a lab that is as it was is left alone', async () => {
  const before = await lab.parts.list();
  expect(await named()).toEqual([]);
  expect(await lab.parts.list()).toEqual(before);
});

test('a rule, a hold, an edge and a part that were left are each named', async () => {
  await lab.wire.arm({ id: 'left', edge: 'driver->till', trigger: { times: 1 }, action: { do: 'hold' } });
  const held = sell('held');
  await expect.poll(async () => (await lab.wire.held()).length).toBe(1);
  await lab.wire.setEdge('till->book', 'resetting');
  await lab.parts.pause('book');
  const found = await named();
  expect(found).toEqual([
    'rule left is still armed on driver->till',
    'POST /sales on driver->till is still held',
    'the edge till->book is resetting',
    'book is paused',
  ]);
  await held;
});

test('a part that runs and does not answer is found by traffic, and started anew', async () => {
  const pid = async () => (await lab.parts.list()).find(({ name }) => name === 'book')?.pid ?? 0;
  const before = await pid();
  process.kill(before, 'SIGSTOP');
  expect(await lab.parts.unready()).toMatchObject([{ part: 'book' }]);
  expect(await named()).toEqual(['probe traffic did not succeed within 15000 ms of the heal']);
  expect(await pid()).not.toBe(before);
}, 40_000);

test('entities that do not add up are named once, and the lab is not rebuilt for them', async () => {
  const read = session.reader.read.bind(session.reader);
  const entity = { entity: 'sale-1', trace: null, state: 'booked', at: 1 };
  const odd = { ...session, reader: { ...session.reader, read: async () => withOne(await read(), entity) } };
  const patient = { session: odd, experiment, signal: new AbortController().signal };
  const before = await lab.parts.list();
  expect(await makeWhole(patient, CAME_TO_REST)).toEqual([
    'the tables disagree: sale-1 (booked) has 0 x booked instead of 1',
  ]);
  expect(await makeWhole(patient, CAME_TO_REST)).toEqual([]);
  expect(await lab.parts.list()).toEqual(before);
});

function withOne<State extends { readonly entities: readonly object[] }>(state: State, entity: object): State {
  return { ...state, entities: [...state.entities, entity] };
}

test('once the lab is whole, what is older than the experiment is read no more; the experiment itself is', async () => {
  await sell('long-ago');
  await expect.poll(async () => (await session.reader.read()).entities.length).toBeGreaterThan(0);
  const since = systemClock.now();
  await sell('of-this-one');
  const patient = { session, experiment, signal: new AbortController().signal, since };
  await makeWhole(patient, CAME_TO_REST);
  const { entities } = await session.reader.read();
  expect(entities.map(({ entity }) => entity)).toContain('of-this-one');
  expect(entities.map(({ entity }) => entity)).not.toContain('long-ago');
});
