/** `faultline check`: a saved run judged again says what it said when it was recorded, or says which file cannot be believed. */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { RECIPES } from '../../../fixtures/histories/recipes.ts';
import { CASE } from '../../../fixtures/histories/story.ts';
import { judgeRunAgain } from '../../../harness/cli/check-run.ts';
import type { RunFile } from '../../../harness/core/index.ts';
import { faultline, runsFolder } from './faultline.ts';
import { saveCase } from './saved-case.ts';

vi.setConfig({ testTimeout: 60_000 });

const { folder: runs, remove } = runsFolder();
afterAll(remove);

const historyOf = (id: string) => join(runs, id, 'history', `${CASE}.ndjson`);
const editRun = async (id: string, change: (run: RunFile) => unknown) => {
  const file = join(runs, id, 'run.json');
  await writeFile(file, JSON.stringify(change(JSON.parse(await readFile(file, 'utf8')))));
};
const withCase = (run: RunFile, more: object) => ({
  ...run,
  experiments: run.experiments.map((one) => ({ ...one, case: { ...one.case, ...more } })),
});

test.each(Object.keys(RECIPES))('%s says again what it said', async (check) => {
  for (const which of ['ok', 'bad'] as const) {
    const id = `${check}-${which}`;
    const run = await saveCase(runs, id, check, which);
    const { cases, unreadable } = await judgeRunAgain(run, join(runs, id));
    expect(unreadable).toEqual([]);
    const again = cases.find(({ kind }) => kind === 'case');
    expect(again?.verdict).toBe(which === 'ok' ? 'pass' : 'fail');
    const { was: _, ...last } = again?.verdicts.at(-1) ?? { was: '' };
    expect(last).toEqual(run.experiments[0]?.case?.verdicts.at(-1));
  }
});

describe('the command', () => {
  test('exits as the run did and boots nothing', async () => {
    await saveCase(runs, 'green', 'exactly-once', 'ok');
    await saveCase(runs, 'red', 'exactly-once', 'bad');
    const green = await faultline(['check', 'green'], runs);
    expect(green).toMatchObject({ code: 0, stderr: '' });
    expect(green.stdout).toMatch(/^✔ pass exactly-once case$/m);
    const red = await faultline(['check', 'red'], runs);
    expect(red.code).toBe(1);
    expect(red.stdout).toContain('✖ fail exactly-once: ');
  });

  test('names a verdict that was changed in run.json', async () => {
    await saveCase(runs, 'painted', 'exactly-once', 'bad');
    await editRun('painted', (run) => {
      const verdicts = run.experiments[0]?.case?.verdicts.map((verdict) => ({ ...verdict, status: 'pass' }));
      return { ...withCase(run, { verdict: 'pass', verdicts }), verdict: 'pass', exitCode: 0 };
    });
    const { code, stdout } = await faultline(['check', 'painted'], runs);
    expect(code).toBe(1);
    expect(stdout).toContain('it was pass');
    expect(stdout).toContain('recorded: pass');
  });

  test('gives every verdict as JSON', async () => {
    const { stdout, code } = await faultline(['check', 'green', '--json'], runs);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      run: 'green',
      verdict: 'pass',
      cases: [
        { kind: 'control' },
        { kind: 'case', verdicts: [{ check: 'workload' }, { check: 'exactly-once', was: 'pass' }] },
      ],
    });
  });

  test.each<[what: string, harm: (id: string) => Promise<unknown>, sentence: string]>([
    ['is missing', (id) => rm(historyOf(id)), 'cannot be read: it is missing'],
    [
      'was edited',
      async (id) =>
        writeFile(historyOf(id), (await readFile(historyOf(id), 'utf8')).replace('"completed"', '"cancelled"')),
      'has another checksum than the lines before it',
    ],
    [
      'was cut',
      async (id) => writeFile(historyOf(id), (await readFile(historyOf(id), 'utf8')).slice(0, -400)),
      'the file was cut',
    ],
    [
      "is another case's",
      async (id) => writeFile(historyOf(id), await readFile(historyOf(id).replace(CASE, 'fa0171e0000000c0'))),
      'is that of the case fa0171e0000000c0',
    ],
    ['does not say its checks', (id) => editRun(id, (run) => withCase(run, { judged: undefined })), 'by which checks'],
    [
      'lacks a verdict',
      (id) => editRun(id, (run) => withCase(run, { verdicts: [] })),
      'holds 0 verdicts of the case fa0171e000000001, and 2 were given',
    ],
    [
      'was judged by a check that is not there',
      (id) => editRun(id, (run) => withCase(run, { judged: { checks: [{ check: 'nonsense' }], at: 1 } })),
      'no check named "nonsense"',
    ],
  ])('says that a case %s, and never passes it', async (what, harm, sentence) => {
    const id = `harmed-${what.replaceAll(/\W/g, '')}`;
    await saveCase(runs, id, 'exactly-once', 'ok');
    await harm(id);
    const { code, stdout, stderr } = await faultline(['check', id], runs);
    expect(stderr).toContain(sentence);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(stdout).toContain('verdict ? unknown');
    expect(code).toBe(64);
  });
});
