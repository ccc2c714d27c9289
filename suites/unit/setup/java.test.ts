/** Which Java is taken. */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findJava, majorOf } from '../../../harness/setup/java.ts';
import { script, tempFolder } from './temp.ts';

const says = (version: string) => `echo 'openjdk version "${version}" 2024-01-01' >&2`;

test.each([
  ['17.0.15', 17],
  ['21', 21],
  ['25-ea', 25],
  ['1.8.0_402', 8],
  ['unreadable', 0],
])('version %s is Java %i', (version, major) => {
  expect(majorOf(version)).toBe(major);
});

test('JAVA_HOME comes before PATH', async () => {
  const folder = tempFolder();
  const home = script(join(folder, 'home', 'bin'), 'java', says('21.0.1'));
  script(join(folder, 'path'), 'java', says('17.0.1'));
  const env = { JAVA_HOME: join(folder, 'home'), PATH: join(folder, 'path') };
  expect(await findJava(join(folder, 'cache'), env)).toEqual({ path: home, version: '21.0.1' });
});

test('a JAVA_HOME that is too old or leads nowhere is passed over for a good one on PATH', async () => {
  const folder = tempFolder();
  script(join(folder, 'home', 'bin'), 'java', says('11.0.2'));
  const onPath = script(join(folder, 'path'), 'java', says('17.0.1'));
  for (const home of ['home', 'nowhere']) {
    const env = { JAVA_HOME: join(folder, home), PATH: join(folder, 'path') };
    expect(await findJava(join(folder, 'cache'), env)).toMatchObject({ path: onPath });
  }
});

test('only an old Java is one sentence that names it, and how to get a newer one', async () => {
  const folder = tempFolder();
  const old = script(join(folder, 'path'), 'java', says('1.8.0_402'));
  await expect(findJava(join(folder, 'cache'), { PATH: join(folder, 'path') })).rejects.toMatchObject({
    code: 'tool-missing',
    exitCode: 3,
    message: `Java 17 or newer is needed to run Kafka: ${old} (PATH) is 1.8.0_402`,
    hint: expect.stringContaining('JAVA_HOME'),
  });
});

test('no Java, or one that does not run, is said as well', async () => {
  const folder = tempFolder();
  await expect(findJava(folder, { PATH: join(folder, 'empty') })).rejects.toThrow(
    'none was found by JAVA_HOME or on PATH',
  );
  const broken = script(join(folder, 'path'), 'java', 'echo "No Java runtime present" >&2; exit 1');
  await expect(findJava(folder, { PATH: join(folder, 'path') })).rejects.toThrow(`${broken} (PATH) does not run`);
});

test('a Java is asked for its version once, and again when its file has changed', async () => {
  const folder = tempFolder();
  const log = join(folder, 'asked');
  const env = { PATH: join(folder, 'path') };
  const root = join(folder, 'cache');
  script(join(folder, 'path'), 'java', `echo asked >> ${log}; ${says('17.0.1')}`);
  for (let look = 0; look < 3; look++) await findJava(root, env);
  expect(readFileSync(log, 'utf8')).toBe('asked\n');
  script(join(folder, 'path'), 'java', `echo asked >> ${log}; ${says('21.0.10')}`);
  expect((await findJava(root, env)).version).toBe('21.0.10');
  rmSync(join(root, 'stamps'), { recursive: true });
  await findJava(root, env);
  expect(readFileSync(log, 'utf8')).toBe('asked\nasked\nasked\n');
});
