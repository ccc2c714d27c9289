/** `faultline gate`, `report compare`, `report merge` and `report comment` on saved runs: nothing is booted, each exit code means one thing. */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { shardInfo } from '../../../harness/cli/shard.ts';
import type { RunFile } from '../../../harness/core/index.ts';
import { EMPTY_STATE, writeHistory } from '../../../harness/history/index.ts';
import { writeRun } from '../../../harness/report/index.ts';
import { experimentOf, runOf } from '../gate/runs.ts';
import { faultline, runsFolder, type Said } from './faultline.ts';

/** Each starts the command line once or twice, on a machine that may be busy. */
vi.setConfig({ testTimeout: 60_000 });

const { folder: runs, remove } = runsFolder();
afterAll(remove);

/** A run folder of that name, with its histories. */
async function saved(id: string, run: RunFile): Promise<string> {
  const folder = join(runs, id);
  await writeRun({ ...run, id }, join(folder, 'run.json'));
  for (const { case: withFaults } of run.experiments) {
    const header = { case: withFaults?.id ?? '', run: id, topology: run.topology.name, seed: 1 };
    if (withFaults) await writeHistory(join(folder, withFaults.history), header, [], EMPTY_STATE);
  }
  return folder;
}

const part = (index: number, of: number) => {
  const shard = shardInfo(['a', 'b', 'c'], { index, of });
  return runOf(
    shard.mine.map((slug) => experimentOf(slug)),
    { shard },
  );
};

/** Standard error says what is wrong in one sentence, and what to do; there is no stack. */
function expectSentence({ code, stderr }: Said, exit: number, sentence: string): void {
  expect(stderr).toContain(sentence);
  expect(code).toBe(exit);
  expect(stderr.split('\n').filter((line) => line.startsWith('error'))).toHaveLength(1);
  expect(stderr).not.toMatch(/^\s+at /m);
}

beforeAll(async () => {
  await saved('green', runOf([experimentOf('a'), experimentOf('b')]));
  await saved('red', runOf([experimentOf('a'), experimentOf('b', { verdict: 'fail' })]));
  await saved('unsure', runOf([experimentOf('a', { verdict: 'unknown' })]));
  await saved('troubled', runOf([experimentOf('a')], { problems: ['the wire died'] }));
  const other = runOf([]);
  await saved('other', { ...other, topology: { ...other.topology, name: 'tiny' } });
  for (const index of [1, 2]) await saved(`p-${index}-of-2`, part(index, 2));
});

describe('the gate', () => {
  test.each([
    ['green', 0],
    ['red', 1],
    ['unsure', 2],
    ['troubled', 3],
  ])('of a run that is %s exits with %d', async (name, code) => {
    const said = await faultline(['gate', name], runs);
    expect(said.code).toBe(code);
    expect(said.stdout).toMatch(/^✔ pass {5}contracts {3}error 7 of 7 contracts hold/m);
    expect(await readFile(join(runs, name, 'report.html'), 'utf8')).toContain('id="gate"');
  });

  test('prints its result as JSON, and takes the path of a run.json', async () => {
    const { stdout, code } = await faultline(
      ['gate', join(runs, 'red', 'run.json'), '--json', '--baseline', 'green'],
      runs,
    );
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ verdict: 'fail', baseline: { id: 'green' } });
    expect(JSON.parse(await readFile(join(runs, 'red', 'gate.json'), 'utf8'))).toMatchObject({ run: { id: 'red' } });
  });

  test('tells the platform: annotations on stdout, the job summary in its file', async () => {
    const out = join(runs, 'told');
    const env = { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: join(runs, 'step.md') };
    const said = await faultline(['gate', 'red', '--github', out, '--keep', join(runs, 'base')], runs, env);
    expect(said.stdout).toMatch(/^::error title=the b experiment::broken: /m);
    expect(await readFile(env.GITHUB_STEP_SUMMARY, 'utf8')).toContain('faultline: red by verdicts');
    expect((await readdir(out)).sort()).toEqual(['annotations.txt', 'comment.md', 'gate.json', 'summary.md']);
    await expect(readdir(join(runs, 'base'))).rejects.toThrow('ENOENT');
  });

  test('keeps an open run as the next baseline, and compares with it', async () => {
    const kept = join(runs, 'kept');
    expect((await faultline(['gate', 'green', '--keep', kept], runs)).code).toBe(0);
    expect((await faultline(['gate', 'red', '--baseline', kept], runs)).stdout).toContain('was pass and is fail');
  });

  test.each<[name: string, args: string[], code: number, sentence: string]>([
    ['a run that is not there', ['none'], 64, 'there is no run at'],
    ['a folder without a run', ['.'], 64, 'run.json is missing'],
    ['a baseline of another topology', ['green', '--baseline', 'other'], 64, 'is a run of the topology "tiny"'],
    ['a baseline that is the run itself', ['green', '--baseline', 'green'], 64, 'cannot be its own baseline'],
    ['a baseline of another schema', ['green', '--baseline', 'newer'], 64, 'has schema version 99'],
    ['a baseline that is cut', ['green', '--baseline', 'cut'], 64, 'is cut: it ends before its JSON does'],
    ['a configuration that is not there', ['green', '--config', 'none.ts'], 64, 'cannot be loaded'],
  ])('of %s is one sentence', async (_, args, code, sentence) => {
    for (const [name, text] of [
      ['newer', '{"schema":99}'],
      ['cut', '{"schema":1,'],
    ] as const) {
      await mkdir(join(runs, name), { recursive: true });
      await writeFile(join(runs, name, 'run.json'), text);
    }
    expectSentence(await faultline(['gate', ...args], runs), code, sentence);
  });
});

describe('a comparison', () => {
  test('exits with 1 where something got worse, with 0 where not', async () => {
    const worse = await faultline(['report', 'compare', 'green', 'red'], runs);
    expect(worse.code).toBe(1);
    expect(worse.stdout).toMatch(/\nWorse\n {2}the b experiment: was pass and is fail/);
    expect(worse.stdout).toContain('not to be told from noise with 1 and 1 runs');
    expect(worse.stdout).toContain('Mann-Whitney');
  });

  test('is data as well, and what got better is no failure', async () => {
    const { stdout, code } = await faultline(['report', 'compare', 'red', 'green', '--json'], runs);
    expect(code).toBe(0);
    expect(JSON.parse(stdout).verdicts).toContainEqual(expect.objectContaining({ slug: 'b', change: 'better' }));
  });

  test('with another topology is one sentence', async () => {
    expectSentence(
      await faultline(['report', 'compare', 'other', 'green'], runs),
      64,
      'is a run of the topology "tiny"',
    );
  });
});

describe('merging', () => {
  test('makes a run folder with the histories of all parts, and a page', async () => {
    const said = await faultline(
      ['report', 'merge', join(runs, 'p-1-of-2'), join(runs, 'p-2-of-2'), '--shards', '2', '--json'],
      runs,
    );
    expect(said.code).toBe(0);
    const run = JSON.parse(said.stdout) as RunFile;
    expect(run.experiments.map(({ slug }) => slug)).toEqual(['a', 'b', 'c']);
    expect(run.merged).toMatchObject({ of: 2, missing: [] });
    const files = await readdir(join(runs, run.id, 'history'));
    for (const { case: withFaults } of run.experiments) expect(files).toContain(`${withFaults?.id}.ndjson`);
    expect(await readFile(join(runs, 'latest', 'report.html'), 'utf8')).toContain('2 of 2 parts');
  });

  test('with a part missing is red, also where the gate decides later', async () => {
    const said = await faultline(['report', 'merge', 'p-1-of-2', '--shards', '2', '--gate-later'], runs);
    expect(said.code).toBe(3);
    expect(said.stderr).toContain('problem: part 2 of 2 is missing: b gave no result');
  });

  test.each<[name: string, args: string[], sentence: string]>([
    ['of a whole run', ['green'], 'is a whole run and not a part of one'],
    ['of one part given twice', ['p-1-of-2', 'p-1-of-2'], 'part 1 stands twice'],
    ['of a folder that holds none', ['told'], 'there is no part of a run in'],
    ['of too few parts', ['p-1-of-2', '--shards', '3'], 'is part 1 of 2, and 3 parts are to be merged'],
    ['of nothing', [], 'missing required argument'],
  ])('%s is one sentence', async (_, args, sentence) => {
    await mkdir(join(runs, 'told'), { recursive: true });
    expectSentence(await faultline(['report', 'merge', ...args], runs), 64, sentence);
  });
});

describe('a comment', () => {
  test('outside of a workflow is one sentence that says where it belongs', async () => {
    const said = await faultline(['report', 'comment', 'gate.json'], runs, { GITHUB_API_URL: '', GITHUB_TOKEN: '' });
    expectSentence(said, 64, 'GITHUB_API_URL is not set');
  });
});
