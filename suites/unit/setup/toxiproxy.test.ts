/** Which Toxiproxy is taken. */
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { obtainGoProgram } from '../../../harness/setup/go-tool.ts';
import { findProgram } from '../../../harness/setup/program.ts';
import { TOXIPROXY } from '../../../harness/setup/toxiproxy.ts';
import { eventList, script, tempFolder } from './temp.ts';

afterEach(() => vi.unstubAllEnvs());

const says = (version: string) => `echo "toxiproxy-server version ${version}"`;

test('FAULTLINE_TOXIPROXY comes first, then PATH', async () => {
  const folder = tempFolder();
  const given = script(folder, 'given', says('2.12.0'));
  const onPath = script(join(folder, 'path'), 'toxiproxy-server', says('2.13.1'));
  const PATH = join(folder, 'path');
  expect(await findProgram(TOXIPROXY, folder, { FAULTLINE_TOXIPROXY: given, PATH })).toMatchObject({ path: given });
  expect(await findProgram(TOXIPROXY, folder, { PATH })).toEqual({ path: onPath, version: '2.13.1', from: 'PATH' });
});

test('an old one on PATH is passed over', async () => {
  const folder = tempFolder();
  script(folder, 'toxiproxy-server', says('2.5.0'));
  expect(await findProgram(TOXIPROXY, folder, { PATH: folder })).toBeUndefined();
});

test.each([
  ['too old', says('2.5.0'), 'which is version 2.5.0; 2.12.0 is needed'],
  ['not a server', 'exit 1', 'which is no toxiproxy-server that runs'],
])('a FAULTLINE_TOXIPROXY that is %s is an error, not passed over', async (_how, body, sentence) => {
  const folder = tempFolder();
  const given = script(folder, 'given', body);
  await expect(findProgram(TOXIPROXY, folder, { FAULTLINE_TOXIPROXY: given })).rejects.toMatchObject({
    code: 'tool-broken',
    message: expect.stringContaining(sentence),
  });
});

test('without go the sentence says how to get it', async () => {
  const folder = tempFolder();
  vi.stubEnv('PATH', join(folder, 'empty'));
  vi.stubEnv('FAULTLINE_TOXIPROXY', '');
  await expect(obtainGoProgram(TOXIPROXY, { root: folder, ...eventList() })).rejects.toMatchObject({
    code: 'tool-missing',
    message: 'Toxiproxy 2.12.0 is not here and cannot be built, because go is not on PATH',
    hint: expect.stringContaining('FAULTLINE_TOXIPROXY'),
  });
});

test('what go says when it fails is shown', async () => {
  const folder = tempFolder();
  script(join(folder, 'bin'), 'go', 'echo "verifying module: checksum mismatch" >&2; exit 1');
  vi.stubEnv('PATH', join(folder, 'bin'));
  vi.stubEnv('FAULTLINE_TOXIPROXY', '');
  await expect(obtainGoProgram(TOXIPROXY, { root: join(folder, 'cache'), ...eventList() })).rejects.toThrow(
    'verifying module: checksum mismatch',
  );
});
