/** Obtaining tools, and the table of them. Scripts stand for the tools. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ensureTools, toolTable } from '../../../harness/setup/index.ts';
import { eventList, script, tempFolder } from './temp.ts';

let folder = '';

beforeEach(() => {
  folder = tempFolder();
  vi.stubEnv('FAULTLINE_CACHE', join(folder, 'cache'));
  vi.stubEnv('PATH', join(folder, 'bin'));
  for (const name of [
    'JAVA_HOME',
    'KAFKA_HOME',
    'FAULTLINE_TOXIPROXY',
    'FAULTLINE_POSTGRES',
    'FAULTLINE_K6',
    'FAULTLINE_REDIS',
  ])
    vi.stubEnv(name, '');
});
afterEach(() => vi.unstubAllEnvs());

test('only what is wanted is looked for, and nothing is said where nothing is done', async () => {
  const toxiproxy = script(join(folder, 'bin'), 'toxiproxy-server', 'echo "toxiproxy-server version 2.12.0"');
  const { events, report } = eventList();
  const tools = await ensureTools(['node', 'toxiproxy'], report);
  expect(tools).toMatchObject({ node: process.execPath, toxiproxy, java: '', kafka: { jars: [], template: '' } });
  expect(tools.versions).toEqual({ node: process.versions.node, toxiproxy: '2.12.0' });
  expect(tools.timings.map(({ what }) => what).sort()).toEqual(['node', 'toxiproxy']);
  expect(JSON.parse(JSON.stringify(tools))).toEqual(tools);
  expect(events).toEqual([]);
});

test('a tool that is missing ends the others, and is the error', async () => {
  // A build that would take a minute.
  script(join(folder, 'bin'), 'go', 'exec /bin/sleep 60');
  const { report } = eventList();
  await expect(ensureTools(['java', 'toxiproxy'], report)).rejects.toMatchObject({ code: 'tool-missing' });
});

test('an abort ends the work', async () => {
  script(join(folder, 'bin'), 'go', 'exec /bin/sleep 60');
  const abort = new AbortController();
  const reason = new Error('enough');
  const work = ensureTools(['toxiproxy'], ({ state }) => void (state === 'start' && abort.abort(reason)), abort.signal);
  await expect(work).rejects.toBe(reason);
});

test('the table has a row for every tool that is missing, with the way to get it', async () => {
  const rows = new Map((await toolTable()).map((row) => [row.tool, row]));
  expect([...rows.keys()]).toEqual([
    'npm packages',
    'node',
    'java',
    'kafka',
    'postgres',
    'redis',
    'toxiproxy',
    'k6',
    'cache',
  ]);
  expect(rows.get('java')).toMatchObject({ ok: false, advice: expect.stringContaining('point JAVA_HOME at one') });
  expect(rows.get('kafka')).toMatchObject({ ok: false, advice: expect.stringContaining('mvn is not on PATH') });
  expect(rows.get('toxiproxy')).toMatchObject({ ok: false, advice: expect.stringContaining('go is not on PATH') });
  expect(rows.get('redis')).toMatchObject({ ok: false, advice: expect.stringContaining('set FAULTLINE_REDIS') });
  expect(rows.get('k6')).toMatchObject({ ok: true, advice: expect.stringContaining('only load needs it') });
  expect(rows.get('node')).toMatchObject({ ok: true, where: process.execPath });
});

test('the table tells what the next run would do, and what was found where', async () => {
  for (const maker of ['go', 'mvn']) script(join(folder, 'bin'), maker, 'exit 1');
  const java = script(join(folder, 'bin'), 'java', `echo 'version "21.0.2"' >&2`);
  const rows = new Map((await toolTable()).map((row) => [row.tool, row]));
  expect(rows.get('java')).toEqual({ tool: 'java', ok: true, version: '21.0.2', where: java });
  expect(rows.get('kafka')).toMatchObject({ ok: true, advice: 'not in the cache yet: the next run gets it with mvn.' });
  expect(rows.get('cache')).toMatchObject({ ok: true, where: join(folder, 'cache') });
});

test('the table says when the cache cannot be written', async () => {
  writeFileSync(join(folder, 'file'), '');
  vi.stubEnv('FAULTLINE_CACHE', join(folder, 'file', 'cache'));
  const rows = await toolTable();
  expect(rows.find(({ tool }) => tool === 'cache')).toMatchObject({
    ok: false,
    advice: expect.stringContaining('set FAULTLINE_CACHE'),
  });
});
