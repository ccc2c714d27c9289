/**
 * A pull request, played in a scratch repository with recorded runs: the base is green, a defect on the branch closes the gate and is named,
 * and the files are those that the platform would get. `suites/gate/pull-request.ts` does the same on a real system.
 */
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { shardInfo } from '../../../harness/cli/shard.ts';
import type { ExperimentResult, GateResult, RunFile } from '../../../harness/core/index.ts';
import { judgeGate, loadGateConfig, locateFindings, writeGithub } from '../../../harness/gate/index.ts';
import { mergeRuns } from '../../../harness/report/index.ts';
import { rules, TODAY } from './judge-with.ts';
import { experimentOf, runOf } from './runs.ts';

const SLUGS = ['charge-reply-lost', 'slow-psp', 'twin-requests'];
const CONFIG = `import type { FaultlineConfig } from './nothing-is-loaded.ts';
export default { gate: { rules: { edges: 'off', recovery: { withinMs: 5_000 } } } } satisfies FaultlineConfig;\n`;

let repo = '';
const git = (...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@localhost', ...args], {
    cwd: repo,
    encoding: 'utf8',
  }).trim();

async function commit(files: Readonly<Record<string, string>>, message: string): Promise<string> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(join(repo, path, '..'), { recursive: true });
    await writeFile(join(repo, path), text);
  }
  git('add', '.');
  git('commit', '-q', '-m', message);
  return git('rev-parse', 'HEAD');
}

/** Two machines, five runs of each experiment, put together as the merge job does. */
function merged(head: string, results: (slug: string) => ExperimentResult): RunFile {
  const parts = [1, 2].map((index) => {
    const shard = shardInfo(SLUGS, { index, of: 2 });
    const { contracts, ...run } = runOf(shard.mine.map(results), { commit: head, shard, repeat: 5 });
    return index === 1 && contracts ? { ...run, contracts } : run;
  });
  return mergeRuns(parts, { id: `merged-${head.slice(0, 7)}`, of: 2 });
}

async function gate(run: RunFile, baseline?: RunFile): Promise<GateResult> {
  const config = await loadGateConfig(rules, repo);
  return locateFindings(judgeGate({ run, config, nowMs: TODAY, ...(baseline ? { baseline } : {}) }), repo, []);
}

const five = (...times: number[]) => times.map((quietMs) => ({ quietMs }));
const QUICK = five(100, 105, 98, 110, 102);

let base: RunFile;
let branch: RunFile;
beforeAll(async () => {
  repo = await mkdtemp(join(tmpdir(), 'faultline-pull-'));
  git('init', '-q', '-b', 'main');
  const files = Object.fromEntries(
    SLUGS.map((slug) => [
      `suites/chaos/${slug}.chaos.ts`,
      `/** About ${slug}. */\n\nexperiment('the ${slug} experiment', {});\n`,
    ]),
  );
  const head = await commit(
    { ...files, 'faultline.config.ts': CONFIG, 'payment/charge.ts': 'key: orderId' },
    'shop: payment',
  );
  base = merged(head, (slug) => experimentOf(slug, ...QUICK));
  git('checkout', '-q', '-b', 'faster-charges');
  const tip = await commit({ 'payment/charge.ts': 'key: orderId + tries' }, 'payment: a key for every attempt');
  const broken = [{ verdict: 'fail' as const }];
  branch = merged(tip, (slug) => {
    if (slug === 'charge-reply-lost') return experimentOf(slug, ...Array(5).fill(broken[0]));
    return slug === 'slow-psp' ? experimentOf(slug, ...five(900, 950, 910, 990, 930)) : experimentOf(slug, ...QUICK);
  });
});
afterAll(() => rm(repo, { recursive: true, force: true }));

describe('a pull request', () => {
  test('whose base is green opens the gate, with every rule shown', async () => {
    const result = await gate(base);
    expect(result).toMatchObject({ verdict: 'pass', exitCode: 0, run: { commit: git('rev-parse', 'main') } });
    expect(result.rules).toHaveLength(rules.length);
  });

  test('with a defect on its branch is red: what broke is named, what got slower is named, nothing else is', async () => {
    const result = await gate(branch, base);
    expect(result).toMatchObject({ verdict: 'fail', exitCode: 1, baseline: { commit: git('rev-parse', 'main') } });
    const red = result.rules.filter(({ status }) => status === 'fail').map(({ rule }) => rule);
    expect(red).toEqual(['verdicts', 'baseline']);
    const named = result.rules.flatMap(({ findings }) => findings.filter(({ status }) => status === 'fail'));
    expect(named.map(({ subject, file, line }) => [subject, file, line])).toEqual([
      ['the charge-reply-lost experiment', 'suites/chaos/charge-reply-lost.chaos.ts', 3],
      ['the charge-reply-lost experiment', 'suites/chaos/charge-reply-lost.chaos.ts', 3],
      ['the slow-psp experiment', 'suites/chaos/slow-psp.chaos.ts', 3],
    ]);
    expect(named.at(-1)?.what).toMatch(
      /^slower: quietAfterMs 102 ms before, 930 ms now \(medians of 5 and 5 runs, p 0\.0/,
    );
  });

  test('leaves the files that the platform takes', async () => {
    const folder = join(repo, 'gate');
    const stepSummary = join(repo, 'step-summary.md');
    await writeGithub(await gate(branch, base), branch, folder, {
      stepSummary,
      runUrl: 'https://example.org/o/r/actions/runs/1',
    });
    expect((await readdir(folder)).sort()).toEqual(['annotations.txt', 'comment.md', 'gate.json', 'summary.md']);
    const annotations = await readFile(join(folder, 'annotations.txt'), 'utf8');
    expect(annotations.split('\n')[0]).toMatch(
      /^::error file=suites\/chaos\/charge-reply-lost\.chaos\.ts,line=3,title=the charge-reply-lost experiment::broken in each of 5 runs/,
    );
    const comment = await readFile(join(folder, 'comment.md'), 'utf8');
    expect(comment).toContain('## ❌ faultline: red by verdicts, baseline');
    expect(comment).toContain('**the charge-reply-lost experiment**');
    expect(comment).toContain('npx faultline replay charge-reply-lost --seed 1');
    expect(comment).not.toContain('**the twin-requests experiment**');
    expect(await readFile(stepSummary, 'utf8')).toBe(await readFile(join(folder, 'summary.md'), 'utf8'));
  });

  test('that quarantines what it broke is open again, and says so, until the last day', async () => {
    const file = join(repo, 'faultline.quarantine.json');
    const entry = (experiment: string) => ({ experiment, reason: 'known', ticket: 'SHOP-7', expires: '2026-02-01' });
    await writeFile(file, JSON.stringify([entry('charge-reply-lost'), entry('slow-psp')]));
    const covered = await gate(branch, base);
    await rm(file);
    expect(covered).toMatchObject({ verdict: 'pass', exitCode: 0 });
    expect(covered.quarantine.map(({ state }) => state)).toEqual(['active', 'idle']);
  });

  test('of which one machine was lost is red, whatever the other says', async () => {
    const shard = shardInfo(SLUGS, { index: 1, of: 2 });
    const part = runOf(
      shard.mine.map((slug) => experimentOf(slug)),
      { shard },
    );
    const result = await gate(mergeRuns([part], { id: 'half', of: 2 }));
    expect(result.exitCode).toBe(3);
    expect(result.rules[0]?.summary).toBe('part 2 of 2 is missing: slow-psp gave no result');
  });
});
