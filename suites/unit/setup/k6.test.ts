/** Which k6 is taken. */
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { obtainGoProgram } from '../../../harness/setup/go-tool.ts';
import { K6 } from '../../../harness/setup/k6.ts';
import { findProgram } from '../../../harness/setup/program.ts';
import { eventList, script, tempFolder } from './temp.ts';

afterEach(() => vi.unstubAllEnvs());

const says = (version: string) => `echo "k6 v${version} (go1.26.8, linux/amd64)"`;

test('FAULTLINE_K6 comes first, then PATH', async () => {
  const folder = tempFolder();
  const given = script(folder, 'given', says('1.0.0'));
  const onPath = script(join(folder, 'path'), 'k6', says('2.2.0'));
  const PATH = join(folder, 'path');
  expect(await findProgram(K6, folder, { FAULTLINE_K6: given, PATH })).toMatchObject({
    path: given,
    version: '1.0.0',
  });
  expect(await findProgram(K6, folder, { PATH })).toEqual({ path: onPath, version: '2.2.0', from: 'PATH' });
});

test('an old one on PATH is passed over', async () => {
  const folder = tempFolder();
  script(folder, 'k6', says('0.57.0'));
  expect(await findProgram(K6, folder, { PATH: folder })).toBeUndefined();
});

test.each([
  ['too old', says('0.57.0'), 'which is version 0.57.0; 1.0 or newer is needed'],
  ['not k6', 'exit 1', 'which is no k6 that runs'],
])('a FAULTLINE_K6 that is %s is an error, not passed over', async (_how, body, sentence) => {
  const folder = tempFolder();
  const given = script(folder, 'given', body);
  await expect(findProgram(K6, folder, { FAULTLINE_K6: given })).rejects.toMatchObject({
    code: 'tool-broken',
    message: expect.stringContaining(sentence),
  });
});

test('without go the sentence says how to get it', async () => {
  const folder = tempFolder();
  vi.stubEnv('PATH', join(folder, 'empty'));
  vi.stubEnv('FAULTLINE_K6', '');
  await expect(obtainGoProgram(K6, { root: folder, ...eventList() })).rejects.toMatchObject({
    code: 'tool-missing',
    message: 'k6 2.2.0 is not here and cannot be built, because go is not on PATH',
    hint: expect.stringContaining('FAULTLINE_K6'),
  });
});
