/** What ends before anything is booted: an empty part of a split run, a project without git history, a scenario or a k6 that cannot be used. */
import { cpSync, existsSync, mkdirSync, readFileSync, realpathSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { script } from '../setup/temp.ts';
import { faultline, onlyRun, runsFolder, type Said } from './faultline.ts';

vi.setConfig({ testTimeout: 120_000 });
const { folder, remove } = runsFolder();
afterAll(remove);

const ROOT = join(import.meta.dirname, '../../..');
const COPIED = ['harness', 'fixtures', 'suites/chaos', 'package.json', 'services-under-test'];

/** The project without its `.git`, in a folder of its own. */
function copyOfProject(): string {
  const copy = join(realpathSync(folder), 'copy');
  mkdirSync(join(copy, 'suites'), { recursive: true });
  for (const part of COPIED) cpSync(join(ROOT, part), join(copy, part), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  return copy;
}

function expectSentence({ code, stderr }: Said, exit: number, sentence: string): void {
  expect(stderr).toContain(sentence);
  expect(code).toBe(exit);
  expect(stderr).not.toMatch(/^\s+at /m);
}

test('an empty part boots nothing, says so, and leaves a run that can be merged; without git history no commit is named', async () => {
  const copy = copyOfProject();
  const runs = join(folder, 'empty');
  const main = join(copy, 'harness/cli/main.ts');
  const said = await faultline(['run', '--shard', '90/90'], runs, {}, main);
  expect(said.stderr).toMatch(/^shard 90\/90 is empty: there are \d+ experiments; nothing was booted$/m);
  expect(said.stderr).not.toContain('the commit is not known');
  expect(said.code).toBe(0);
  const run = JSON.parse(readFileSync(join(onlyRun(runs), 'run.json'), 'utf8'));
  expect(run).toMatchObject({ verdict: 'unknown', boot: [], shard: { index: 90, of: 90, mine: [] } });
  expect(run).not.toHaveProperty('commit');
});

test('a k6 that is too old is one sentence, whatever name or title the faults go by', async () => {
  const old = script(folder, 'k6', 'echo "k6 v0.40.0 (go1.17, linux/amd64)"');
  for (const faults of ['slow psp', 'slow-psp', "a slow payment provider opens payment's breaker and leaks nothing"]) {
    const said = await faultline(['load', 'flash-sale', '--with', faults], folder, { FAULTLINE_K6: old });
    expectSentence(said, 3, 'which is version 0.40.0; 1.0 or newer is needed');
  }
});

/** In the words of the real one for a script that ends in the middle of its parameters. */
const K6_THAT_REFUSES = `case "$1" in
  version) echo "k6 v2.2.0 (go1.26.1, linux/amd64)" ;;
  *) echo '{"level":"error","msg":"Line 13:0 Expected identifier but found end of file"}' >&2; exit 107 ;;
esac`;

test('a scenario with a syntax error costs no boot: one sentence with the words of k6, and no run folder', async () => {
  const runs = join(folder, 'syntax');
  const k6 = script(folder, 'k6-that-refuses', K6_THAT_REFUSES);
  const said = await faultline(['load', 'smoke'], runs, { FAULTLINE_K6: k6 });
  expectSentence(said, 64, 'fixtures/load/smoke.ts: Line 13:0 Expected identifier but found end of file');
  expect(existsSync(runs)).toBe(false);
});
