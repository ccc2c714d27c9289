/** Entries of the user cache. */
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { cacheRoot } from '../../../harness/setup/cache.ts';
import { entryFolder, findEntry, inspectEntry, obtainEntry, type Recipe } from '../../../harness/setup/entry.ts';
import { MANIFEST_NAME } from '../../../harness/setup/manifest.ts';
import { eventList, runNode, tempFolder } from './temp.ts';

const ENTRY = fileURLToPath(new URL('../../../harness/setup/entry.ts', import.meta.url));

/** A recipe that writes two files and counts how often it did. */
function recipe(): Recipe & { count: number } {
  return {
    tool: 'sample',
    name: 'sample-1',
    key: 'one',
    what: 'making a sample',
    count: 0,
    async make(draft) {
      this.count++;
      mkdirSync(join(draft, 'sub'));
      writeFileSync(join(draft, 'a.txt'), 'first');
      writeFileSync(join(draft, 'sub', 'b.txt'), 'second');
      return { version: '1' };
    },
  };
}

test('the cache is FAULTLINE_CACHE, else below XDG_CACHE_HOME, else below .cache', () => {
  expect(cacheRoot({ FAULTLINE_CACHE: '/a/b', XDG_CACHE_HOME: '/x' })).toBe('/a/b');
  expect(cacheRoot({ XDG_CACHE_HOME: '/x' })).toBe('/x/faultline');
  expect(cacheRoot({ XDG_CACHE_HOME: 'relative' })).toMatch(/\/\.cache\/faultline$/);
});

test('an entry is made once and then found', async () => {
  const context = { root: tempFolder(), ...eventList() };
  const sample = recipe();
  const first = await obtainEntry(context, sample);
  const second = await obtainEntry(context, sample);
  expect(first).toMatchObject({ made: true, facts: { version: '1' } });
  expect(second).toEqual({ ...first, made: false });
  expect(sample.count).toBe(1);
  expect(context.said()).toEqual(['start making a sample', 'done making a sample']);
  expect(readdirSync(join(context.root, 'drafts'))).toEqual([]);
});

test('two that want the same entry at once make it once', async () => {
  const context = { root: tempFolder(), ...eventList() };
  const sample = recipe();
  const entries = await Promise.all([obtainEntry(context, sample), obtainEntry(context, sample)]);
  expect(sample.count).toBe(1);
  expect(entries.map(({ made }) => made).sort()).toEqual([false, true]);
});

test('two processes that want the same entry at once make it once', async () => {
  const root = tempFolder();
  const log = join(root, 'makes.log');
  const program = `
    import { appendFileSync, writeFileSync } from 'node:fs';
    import { obtainEntry } from ${JSON.stringify(ENTRY)};
    const entry = await obtainEntry({ root: ${JSON.stringify(root)}, report() {} }, {
      tool: 'sample', name: 'sample', key: 'k', what: 'making',
      async make(draft) {
        appendFileSync(${JSON.stringify(log)}, 'made\\n');
        for (let part = 0; part < 200; part++) writeFileSync(draft + '/' + part, 'x'.repeat(1000));
        return {};
      },
    });
    console.log('whole', entry.folder);`;
  const runs = [0, 1, 2].map(() => runNode(['--input-type=module', '-e', program]));
  for (const run of runs) expect((await run.exit).code, run.output()).toBe(0);
  expect(readFileSync(log, 'utf8')).toBe('made\n');
});

test.each<[string, (folder: string) => void]>([
  ['was cut short', (folder) => writeFileSync(join(folder, 'a.txt'), 'fir')],
  ['lost a file', (folder) => rmSync(join(folder, 'sub', 'b.txt'))],
  ['has no manifest, as it was never finished', (folder) => rmSync(join(folder, MANIFEST_NAME))],
  ['has half a manifest', (folder) => writeFileSync(join(folder, MANIFEST_NAME), '{"schema":1,"fi')],
  ['has other bytes of the same length', (folder) => writeFileSync(join(folder, 'a.txt'), 'FIRST')],
])('an entry that %s is made again, and it is said', async (_how, damage) => {
  const context = { root: tempFolder(), ...eventList() };
  const sample = recipe();
  const { folder } = await obtainEntry(context, sample);
  damage(folder);
  expect((await obtainEntry(context, sample)).made).toBe(true);
  expect(context.said().at(-1)).toBe('done making a sample again, because the cached one was damaged');
  expect(readFileSync(join(folder, 'a.txt'), 'utf8')).toBe('first');
});

test('an entry with other times but the right bytes, as from an archive, is kept', async () => {
  const context = { root: tempFolder(), ...eventList() };
  const sample = recipe();
  const { folder } = await obtainEntry(context, sample);
  utimesSync(join(folder, 'a.txt'), 1_000, 1_000);
  expect(findEntry(context.root, sample)).toBeUndefined();
  expect((await obtainEntry(context, sample)).made).toBe(false);
  expect(findEntry(context.root, sample)).toBeDefined();
});

test('an inspection finds bytes that changed behind size and time, and has the entry made again', async () => {
  const context = { root: tempFolder(), ...eventList() };
  const sample = recipe();
  const { folder } = await obtainEntry(context, sample);
  utimesSync(join(folder, 'a.txt'), 1_000, 1_000);
  await obtainEntry(context, sample);
  writeFileSync(join(folder, 'a.txt'), 'FIRST');
  utimesSync(join(folder, 'a.txt'), 1_000, 1_000);
  expect(findEntry(context.root, sample)).toBeDefined();
  expect(await inspectEntry(context.root, sample)).toMatchObject({ state: 'damaged', file: 'a.txt' });
  expect((await obtainEntry(context, sample)).made).toBe(true);
  expect(await inspectEntry(context.root, sample)).toMatchObject({ state: 'whole' });
});

test('a making that fails leaves nothing, and the next one starts anew', async () => {
  const context = { root: tempFolder(), ...eventList() };
  const sample = recipe();
  const broken: Recipe = {
    ...sample,
    async make(draft) {
      writeFileSync(join(draft, 'a.txt'), 'half');
      throw new Error('the network went away');
    },
  };
  await expect(obtainEntry(context, broken)).rejects.toThrow('the network went away');
  expect(existsSync(entryFolder(context.root, sample))).toBe(false);
  expect(readdirSync(join(context.root, 'drafts'))).toEqual([]);
  expect(context.said().at(-1)).toBe('failed making a sample');
  expect((await obtainEntry(context, sample)).made).toBe(true);
});

test('a draft left by a process that died is cleared away', async () => {
  const context = { root: tempFolder(), ...eventList() };
  const sample = recipe();
  const name = entryFolder(context.root, sample).slice(context.root.length + 1);
  const left = join(context.root, 'drafts', `${name}.left`);
  mkdirSync(left, { recursive: true });
  appendFileSync(join(left, 'a.txt'), 'half');
  await obtainEntry(context, sample);
  expect(existsSync(left)).toBe(false);
});

test('entries of the same name that nobody used for a month go when a new one is made', async () => {
  const context = { root: tempFolder(), ...eventList() };
  const [unused, inUse] = [
    await obtainEntry(context, { ...recipe(), key: 'unused' }),
    await obtainEntry(context, { ...recipe(), key: 'in use' }),
  ];
  for (const { folder } of [unused, inUse]) utimesSync(join(folder, MANIFEST_NAME), 1_000, 1_000);
  expect(findEntry(context.root, { ...recipe(), key: 'in use' })).toBeDefined();
  await obtainEntry(context, recipe());
  expect([existsSync(unused.folder), existsSync(inUse.folder)]).toEqual([false, true]);
});

test('a cache that cannot be written is one sentence with a way out', async () => {
  const folder = tempFolder();
  writeFileSync(join(folder, 'file'), '');
  const root = join(folder, 'file', 'cache');
  const { report } = eventList();
  await expect(obtainEntry({ root, report }, recipe())).rejects.toMatchObject({
    code: 'cache-unwritable',
    message: `the cache folder ${root} cannot be written (ENOTDIR)`,
    hint: 'make it writable, or set FAULTLINE_CACHE to a folder that is.',
  });
});

test('a full disk is told apart', async () => {
  const { report } = eventList();
  const full = Object.assign(new Error('no space'), { code: 'ENOSPC' });
  const sample: Recipe = { ...recipe(), make: () => Promise.reject(full) };
  await expect(obtainEntry({ root: tempFolder(), report }, sample)).rejects.toMatchObject({
    code: 'cache-unwritable',
    message: expect.stringContaining('is on a full disk (ENOSPC)'),
  });
});
