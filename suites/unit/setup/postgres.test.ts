/** Postgres: its binaries, the user it runs as, and the template. */
import { chmodSync, existsSync, mkdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { canReach, postgresAccount, reachableRoot } from '../../../harness/setup/account.ts';
import { obtainEntry } from '../../../harness/setup/entry.ts';
import { findPostgres, mendLinks, postgresRecipe } from '../../../harness/setup/postgres.ts';
import { eventList, script, tempFolder } from './temp.ts';

/** A package as npm lays it down when scripts may not run: a list of links, and no links. */
function fakePackage(): string {
  const folder = tempFolder();
  script(join(folder, 'native', 'bin'), 'postgres', 'echo "postgres (PostgreSQL) 18.4"');
  mkdirSync(join(folder, 'native', 'lib'));
  writeFileSync(join(folder, 'native', 'lib', 'libpq.so.5.18'), 'library');
  const links = [{ source: 'native/lib/libpq.so.5.18', target: 'native/lib/libpq.so.5' }];
  writeFileSync(join(folder, 'native', 'pg-symlinks.json'), JSON.stringify(links));
  writeFileSync(join(folder, 'package.json'), '{"version":"18.4.0"}');
  return folder;
}

test('links that the package could not make are made in the copy', async () => {
  const context = { root: tempFolder(), ...eventList() };
  const entry = await obtainEntry(context, postgresRecipe(fakePackage()));
  expect(entry.facts.version).toBe('18.4');
  expect(readlinkSync(join(entry.folder, 'lib', 'libpq.so.5'))).toBe('libpq.so.5.18');
  expect(readFileSync(join(entry.folder, 'lib', 'libpq.so.5'), 'utf8')).toBe('library');
});

test('links that are there already are left alone', () => {
  const native = join(fakePackage(), 'native');
  mendLinks(native);
  mendLinks(native);
  expect(readlinkSync(join(native, 'lib', 'libpq.so.5'))).toBe('libpq.so.5.18');
});

test('a package that npm laid down for its owner only is opened in the copy', async () => {
  const folder = fakePackage();
  for (const path of ['native/bin/postgres', 'native/bin', 'native/lib']) chmodSync(join(folder, path), 0o700);
  const { folder: copy } = await obtainEntry({ root: tempFolder(), ...eventList() }, postgresRecipe(folder));
  expect(canReach(join(copy, 'bin', 'postgres'), { uid: 65533, gid: 65533 })).toBe(true);
  expect(canReach(join(folder, 'native', 'bin', 'postgres'), { uid: 65533, gid: 65533 })).toBe(false);
});

test('FAULTLINE_POSTGRES must hold what is needed', async () => {
  const folder = tempFolder();
  script(folder, 'postgres', 'echo "postgres (PostgreSQL) 17.2"');
  await expect(findPostgres(folder, { FAULTLINE_POSTGRES: folder })).rejects.toMatchObject({
    code: 'tool-broken',
    message: `FAULTLINE_POSTGRES names ${folder}, which holds no postgres and initdb that run`,
  });
  script(folder, 'initdb', 'exit 0');
  expect(await findPostgres(folder, { FAULTLINE_POSTGRES: folder })).toMatchObject({ bin: folder, version: '17.2' });
});

test('only root needs another account', () => {
  expect(postgresAccount(1000)).toBeUndefined();
  expect(postgresAccount(0)?.uid).toBeGreaterThan(0);
});

test('an account reaches a folder only through folders that let it pass', () => {
  const folder = tempFolder();
  mkdirSync(join(folder, 'open', 'inner'), { recursive: true });
  const account = { uid: 65533, gid: 65533 };
  expect(canReach(join(folder, 'open', 'inner'), account)).toBe(true);
  chmodSync(join(folder, 'open'), 0o700);
  expect(canReach(join(folder, 'open', 'inner'), account)).toBe(false);
  expect(reachableRoot(join(folder, 'open'), account)).toBe('/var/cache/faultline');
  expect(reachableRoot(join(folder, 'open'), undefined)).toBe(join(folder, 'open'));
  expect(canReach(join(folder, 'not', 'there', 'yet'), account)).toBe(true);
  expect(existsSync(join(folder, 'not'))).toBe(false);
});
