/** The kept table of defects: added to row by row, with the code it was measured on, and refused where it is none. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import { isMeasured, keepDetection, measuredCode, readDetection } from '../../../harness/cli/detection-table.ts';
import type { DefectResult } from '../../../harness/core/index.ts';

const folder = await mkdtemp(join(tmpdir(), 'faultline-detection-'));
afterAll(() => rm(folder, { recursive: true }));

const CODE = { commit: 'abc1234' };
const KNOWN = new Set(['one', 'two']);
const FOUND: DefectResult = {
  ...{ defect: 'one', description: 'what is wrong', service: 'order', experiment: 'slow-psp', topology: 'shop' },
  ...{ expectedCheck: 'deadline', found: true, foundBy: ['deadline', 'answered', 'answered'] },
  ...{ replacements: 1, tookMs: 2_000, foundAfterMs: 1_234.5 },
};
const MISSED: DefectResult = { ...FOUND, defect: 'two', found: false, foundBy: [], why: 'deadline did not | fail' };

test('a result takes the place of the older one of its defect, and other rows stay', async () => {
  const file = join(folder, 'table.json');
  await keepDetection(file, { ...MISSED, defect: 'one' }, { known: KNOWN, code: { commit: 'old' } });
  await keepDetection(file, MISSED, { known: KNOWN, code: CODE });
  await keepDetection(file, FOUND, { known: KNOWN, code: CODE });
  const rows = await readDetection(file);
  expect(rows.map(({ defect, found, commit }) => [defect, found, commit])).toEqual([
    ['one', true, 'abc1234'],
    ['two', false, 'abc1234'],
  ]);
  expect(rows[0]).toMatchObject({ alsoBy: ['answered'], foundAfterMs: 1_235 });
});

test('people get the same table, those not found first', async () => {
  const text = await readFile(join(folder, 'table.md'), 'utf8');
  expect(text.indexOf('| two |')).toBeLessThan(text.indexOf('| one |'));
  expect(text).toContain('no: deadline did not / fail');
  expect(text).toContain('2 at abc1234');
});

test('a defect that is gone leaves the table', async () => {
  const file = join(folder, 'gone.json');
  await keepDetection(file, MISSED, { known: KNOWN, code: CODE });
  await keepDetection(file, FOUND, { known: new Set(['one']), code: CODE });
  expect((await readDetection(file)).map(({ defect }) => defect)).toEqual(['one']);
});

test('only what was found on the very same code is not hunted again', async () => {
  const rows = await readDetection(join(folder, 'table.json'));
  expect(isMeasured(rows, CODE, 'one')).toBe(true);
  expect(isMeasured(rows, CODE, 'two')).toBe(false);
  expect(isMeasured(rows, { commit: 'later' }, 'one')).toBe(false);
  expect(isMeasured(rows, { ...CODE, changed: true }, 'one')).toBe(false);
});

test('a file that is no table is refused by its name', async () => {
  const file = join(folder, 'other.json');
  await writeFile(file, '{"schema":1,"rows":[{}]}');
  await expect(readDetection(file)).rejects.toMatchObject({ code: 'bad-file' });
  await writeFile(file, 'no JSON');
  await expect(readDetection(file)).rejects.toThrow(/other\.json is no detection table/);
});

test('the code is named by the last commit that changed it, whatever else was committed', async () => {
  const git = (...args: string[]) =>
    promisify(execFile)('git', ['-c', 'user.name=t', '-c', 'user.email=t@t', '-C', folder, ...args]);
  await git('init', '-q');
  await mkdir(join(folder, 'harness'));
  await writeFile(join(folder, 'harness/a.ts'), '1');
  await git('add', 'harness');
  await git('commit', '-qm', 'code');
  const before = await measuredCode(folder);
  await git('add', 'table.json');
  await git('commit', '-qm', 'a table');
  expect(await measuredCode(folder)).toEqual(before);
  await writeFile(join(folder, 'harness/a.ts'), '2');
  expect(await measuredCode(folder)).toEqual({ ...before, changed: true });
});
