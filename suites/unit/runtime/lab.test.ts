/** A lab of two services that know nothing of us: traffic takes the whole path, and parts can be acted on. */
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { HarnessError, type Lab } from '../../../harness/core/index.ts';
import { attachLab, bootLab, descriptorFile, readDescriptor, takeDownLab } from '../../../harness/runtime/index.ts';
import { loadTopology } from '../../../harness/topology/index.ts';
import { expectGone, sell, tools } from './lab-in-test.ts';

let lab: Lab;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'faultline-test-'));
  lab = await bootLab({ topology: await loadTopology('tiny'), tools: await tools(), folder });
}, 30_000);

afterAll(async () => {
  await takeDownLab(lab);
  await expectGone(lab.descriptor);
  expect(existsSync(descriptorFile(folder))).toBe(false);
  expect(existsSync(join(folder, 'logs/till.log'))).toBe(true);
  rmSync(folder, { recursive: true });
});

const stateOf = async (part: string) => (await lab.parts.list()).find(({ name }) => name === part)?.state;
const toxiproxy = (edge: string, enabled: boolean) =>
  fetch(`${lab.descriptor.toxiproxyUrl}/proxies/${encodeURIComponent(edge)}`, {
    method: 'POST',
    body: JSON.stringify({ enabled }),
  });

test('every part is running, and boot times are known', async () => {
  const states = await lab.parts.list();
  expect(states.map(({ name }) => name).sort()).toEqual(['book', 'till', 'toxiproxy', 'wire']);
  expect(new Set(states.map(({ state }) => state))).toEqual(new Set(['running']));
  expect(lab.descriptor.boot.map(({ what }) => what)).toEqual(
    expect.arrayContaining(['warden', 'wire', 'toxiproxy', 'till', 'book']),
  );
  expect(lab.descriptor.boot.some(({ note }) => note?.includes('ended last'))).toBe(true);
});

test('a sale crosses the wire on each edge and reaches the book', async () => {
  expect(await sell(lab, 'crossing', 250)).toBe(201);
  const { records } = await lab.wire.records();
  const edges = records.flatMap((record) =>
    record.type === 'exchange' && record.key === 'crossing' ? [record.edge] : [],
  );
  expect(edges.sort()).toEqual(['driver->till', 'till->book']);
  const rows = await lab.probe<{ key: string; amount: number }>({ service: 'book', path: '/ledger' });
  expect(rows.find(({ key }) => key === 'crossing')?.amount).toBe(250);
});

test('the path leads through Toxiproxy: an edge switched off there is cut', async () => {
  await toxiproxy('till->book', false);
  expect(await sell(lab, 'cut')).toBe(503);
  await toxiproxy('till->book', true);
  expect(await sell(lab, 'cut')).toBe(201);
});

test('a killed part is gone from the process table, and a restarted one keeps its port', async () => {
  const before = (await lab.parts.list()).find(({ name }) => name === 'book');
  const killed = await lab.parts.kill('book');
  expect(killed).toEqual({ name: 'book', state: 'killed', restarts: 0 });
  expect(existsSync(`/proc/${before?.pid}`)).toBe(false);
  expect(await sell(lab, 'while-dead')).toBe(503);
  const again = await lab.parts.restart('book', { EXTRA: '1' });
  expect(again).toMatchObject({ state: 'running', restarts: 1 });
  expect(again.pid).not.toBe(before?.pid);
  expect(await sell(lab, 'after-restart')).toBe(201);
});

test('a paused part answers nobody until it is resumed', async () => {
  await lab.parts.pause('book');
  expect(await stateOf('book')).toBe('paused');
  expect(await sell(lab, 'paused')).toBe(503);
  await lab.parts.resume('book');
  expect(await sell(lab, 'paused')).toBe(201);
});

test('a paused part can be stopped, started again, and Toxiproxy keeps its proxies over a restart', async () => {
  await lab.parts.pause('book');
  expect(await lab.parts.stop('book')).toMatchObject({ state: 'stopped' });
  expect(await lab.parts.start('book')).toMatchObject({ state: 'running' });
  await lab.parts.restart('toxiproxy');
  expect(await sell(lab, 'new-proxy')).toBe(201);
});

test('what happened to parts is on record, in order and with times', async () => {
  const from = (await lab.parts.events(Number.MAX_SAFE_INTEGER)).next;
  await lab.parts.pause('till');
  await lab.parts.resume('till');
  await lab.parts.restart('till');
  const { records, next } = await lab.parts.events(from);
  const events = records.flatMap((record) => (record.type === 'process' ? [`${record.part} ${record.event}`] : []));
  expect(events).toEqual(['till paused', 'till resumed', 'till killed', 'till started', 'till ready']);
  expect([...records].sort((a, b) => a.at - b.at)).toEqual(records);
  expect(next).toBe(from + records.length);
});

test('an action that makes no sense is refused with the state of the part', async () => {
  await expect(lab.parts.resume('book')).rejects.toThrow('part "book" cannot be resumed: it is running');
  await expect(lab.parts.start('book')).rejects.toThrow('part "book" cannot be started: it is running');
  await expect(lab.parts.kill('bok')).rejects.toMatchObject({ code: 'unknown-name', hint: 'Did you mean book?' });
});

test('the descriptor is for its owner alone, and is enough to attach', async () => {
  const file = descriptorFile(folder);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const attached = attachLab(await readDescriptor(file));
  expect(await attached.parts.list()).toEqual(await lab.parts.list());
  expect(attached.address('till', 'book')).toEqual(lab.address('till', 'book'));
  expect(() => attached.address('til', 'book')).toThrow(HarnessError);
  await attached.detach();
});

test('the control API wants the token', async () => {
  for (const authorization of [undefined, 'Bearer wrong', `Basic ${lab.descriptor.token}`]) {
    const reply = await fetch(`${lab.descriptor.wardenUrl}/parts`, { headers: authorization ? { authorization } : {} });
    expect(reply.status).toBe(401);
    expect(await reply.json()).toMatchObject({ message: expect.stringContaining('token') });
  }
});

test('a probe that cannot be asked says which and why', async () => {
  await expect(lab.probe({ service: 'book', path: '/nothing' })).rejects.toThrow(
    'the probe of GET /nothing at "book" failed: it answered 404: {"error": "not found"}',
  );
  await expect(lab.probe({ service: 'book', path: '/health' })).rejects.toThrow('the answer is no JSON array of rows');
});
