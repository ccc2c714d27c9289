/** Kafka's jars, and how a broker is configured. */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { findKafka, obtainKafka, wrongJars } from '../../../harness/setup/kafka.ts';
import { kafkaArguments, kafkaProperties } from '../../../harness/setup/kafka-server.ts';
import { eventList, script, tempFolder } from './temp.ts';

afterEach(() => vi.unstubAllEnvs());

const sum = (text: string) => createHash('sha256').update(text).digest('hex');

test('jars are compared with the list in both directions', async () => {
  const folder = tempFolder();
  writeFileSync(join(folder, 'a.jar'), 'a');
  writeFileSync(join(folder, 'b.jar'), 'changed');
  writeFileSync(join(folder, 'd.jar'), 'd');
  const sums = ['a', 'b', 'c'].map((name) => `${sum(name)}  ${name}.jar\n`).join('');
  expect(await wrongJars(folder, sums)).toEqual([
    'd.jar is not on the list',
    'b.jar has another checksum',
    'c.jar is missing',
  ]);
  expect(await wrongJars(folder, `${sum('a')}  a.jar\n${sum('changed')}  b.jar\n${sum('d')}  d.jar\n`)).toEqual([]);
});

test('KAFKA_HOME is taken where it holds a Kafka 4, and passed over otherwise', () => {
  const home = tempFolder();
  mkdirSync(join(home, 'libs'));
  expect(findKafka({ KAFKA_HOME: home })).toBeUndefined();
  writeFileSync(join(home, 'libs', 'kafka_2.13-3.9.0.jar'), '');
  expect(findKafka({ KAFKA_HOME: home })).toBeUndefined();
  rmSync(join(home, 'libs', 'kafka_2.13-3.9.0.jar'));
  writeFileSync(join(home, 'libs', 'kafka_2.13-4.1.0.jar'), '');
  writeFileSync(join(home, 'libs', 'a.jar'), '');
  const found = findKafka({ KAFKA_HOME: home });
  expect(found).toMatchObject({ version: '4.1.0', from: 'KAFKA_HOME' });
  expect(found?.jars[0]).toBe(join(home, 'libs', 'a.jar'));
});

test('without mvn and KAFKA_HOME the sentence says how to get either', async () => {
  const folder = tempFolder();
  vi.stubEnv('PATH', join(folder, 'empty'));
  vi.stubEnv('KAFKA_HOME', '');
  await expect(obtainKafka({ root: folder, ...eventList() })).rejects.toMatchObject({
    code: 'tool-missing',
    message: expect.stringContaining('mvn is not on PATH'),
    hint: expect.stringContaining('KAFKA_HOME'),
  });
});

test('jars with a wrong checksum are fetched once more past the local repository, and then refused', async () => {
  const folder = tempFolder();
  const bin = join(folder, 'bin');
  const log = join(folder, 'calls');
  const find = 'for word; do case $word in -DoutputDirectory=*) out=$(expr "$word" : "[^=]*=\\(.*\\)");; esac; done';
  script(bin, 'mvn', `echo "$@" >> ${log}; ${find}; echo junk > "$out/kafka_2.13-4.3.1.jar"`);
  vi.stubEnv('PATH', `${bin}:/usr/bin:/bin`);
  vi.stubEnv('KAFKA_HOME', '');
  const root = join(folder, 'cache');
  await expect(obtainKafka({ root, ...eventList() })).rejects.toMatchObject({
    code: 'tool-broken',
    message: expect.stringContaining('is not the Kafka 4.3.1 that is pinned'),
  });
  const calls = readFileSync(log, 'utf8').trim().split('\n');
  expect(calls.map((call) => call.includes('-Dmaven.repo.local='))).toEqual([false, true]);
  expect(readdirSync(join(root, 'drafts'))).toEqual([]);
});

test('a broker listens on loopback only and tells clients the address it is given', () => {
  const properties = kafkaProperties({
    logFolder: '/data/log',
    port: 1111,
    controllerPort: 2222,
    advertised: { host: '127.0.0.1', port: 3333 },
  });
  expect(properties).toContain('listeners=PLAINTEXT://127.0.0.1:1111,CONTROLLER://127.0.0.1:2222\n');
  expect(properties).toContain('advertised.listeners=PLAINTEXT://127.0.0.1:3333\n');
  expect(properties).toContain('controller.quorum.voters=1@127.0.0.1:2222\n');
  expect(properties).toContain('log.dirs=/data/log\n');
});

test('the class path keeps the order of the jars', () => {
  const given = kafkaArguments(['/j/b.jar', '/j/a.jar'], '/p', { use: '/c.jsa' });
  expect(given.slice(0, 2)).toEqual(['-cp', '/j/b.jar:/j/a.jar']);
  expect(given).toContain('-XX:SharedArchiveFile=/c.jsa');
  expect(given.slice(-2)).toEqual(['kafka.Kafka', '/p']);
});
