/** The lock between processes. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { takeLock } from '../../../harness/setup/lock.mjs';
import { runNode, tempFolder } from './temp.ts';

const LOCK = fileURLToPath(new URL('../../../harness/setup/lock.mjs', import.meta.url));

/** A process that takes the lock and keeps it until it is killed. */
const holder = (file: string) => `
  import { takeLock } from ${JSON.stringify(LOCK)};
  await takeLock(${JSON.stringify(file)});
  console.log('held');
  setInterval(() => {}, 1000);`;

test('a lock is given to one at a time', async () => {
  const file = join(tempFolder(), 'locks', 'a.lock');
  const release = await takeLock(file);
  let second = false;
  const waiting = takeLock(file).then((releaseSecond) => {
    second = true;
    return releaseSecond;
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect(second).toBe(false);
  release();
  (await waiting)();
  expect(existsSync(file)).toBe(false);
});

test('a lock held by another process is waited for, and taken over when that process is killed', async () => {
  const file = join(tempFolder(), 'a.lock');
  const other = runNode(['--input-type=module', '-e', holder(file)]);
  await other.says('held');
  const waitedFor: number[] = [];
  const taking = takeLock(file, {
    onWait: (pid) => {
      waitedFor.push(pid);
      process.kill(pid, 'SIGKILL');
    },
  });
  (await taking)();
  expect(waitedFor).toEqual([other.pid]);
});

test('a lock whose holder died before is taken over at once, without a word', async () => {
  const file = join(tempFolder(), 'a.lock');
  const other = runNode(['--input-type=module', '-e', holder(file)]);
  await other.says('held');
  process.kill(other.pid, 'SIGKILL');
  await other.exit;
  const release = await takeLock(file, { onWait: () => expect.unreachable('nobody holds it') });
  expect(JSON.parse(readFileSync(file, 'utf8')).pid).toBe(process.pid);
  release();
});

test.runIf(process.platform === 'linux')(
  'a process that only has the number of the dead holder does not hold the lock',
  async () => {
    const file = join(tempFolder(), 'a.lock');
    writeFileSync(file, JSON.stringify({ pid: process.pid, born: '1' }));
    (await takeLock(file, { deadlineMs: 2_000 }))();
  },
);

test('half a lock, left by a full disk, is taken over', async () => {
  const file = join(tempFolder(), 'a.lock');
  writeFileSync(file, '{"pid":');
  (await takeLock(file, { deadlineMs: 2_000 }))();
});

test('waiting ends at its deadline, naming the holder, and when it is aborted', async () => {
  const file = join(tempFolder(), 'a.lock');
  const release = await takeLock(file);
  await expect(takeLock(file, { deadlineMs: 60 })).rejects.toThrow(`held by process ${process.pid}`);
  const abort = new AbortController();
  const waiting = takeLock(file, { signal: abort.signal, onWait: () => abort.abort(new Error('enough')) });
  await expect(waiting).rejects.toThrow();
  release();
});

test('nothing is left beside a lock', async () => {
  const folder = join(tempFolder(), 'locks');
  mkdirSync(folder);
  const release = await takeLock(join(folder, 'a.lock'));
  expect(readdirSync(folder)).toEqual(['a.lock']);
  release();
  expect(readdirSync(folder)).toEqual([]);
});
