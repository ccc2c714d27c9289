/** The same experiments on both runtimes, one lab after the other: every verdict is the same, and an unknown equals nothing. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import shop from '../../fixtures/topologies/shop-small.ts';
import { type ExperimentResult, type Lab, systemClock } from '../../harness/core/index.ts';
import { type Experiment, openSession, registerAsTests, runExperiment } from '../../harness/experiment/index.ts';
import { bootLab, bootMs, type RuntimeChoice, takeDownLab } from '../../harness/runtime/index.ts';
import { ensureTools, type ToolName } from '../../harness/setup/index.ts';
import { containers, withEngine } from './engine-in-test.ts';

const EXPERIMENTS = ['twin-requests', 'charge-reply-lost', 'shipping-refused', 'payment-killed'];
const SEED = 7;
vi.setConfig({ testTimeout: 600_000, hookTimeout: 60_000 });

/** Each definition file holds one experiment. */
const definitions = new Map<string, Experiment>();
let slug = '';
registerAsTests(
  (experiment) => definitions.set(slug, experiment),
  () => `suites/chaos/${slug}.chaos.ts`,
);
for (slug of EXPERIMENTS) await import(`../chaos/${slug}.chaos.ts`);

interface Outcome {
  readonly bootMs: number;
  readonly results: ReadonlyMap<string, { readonly verdicts: readonly string[]; readonly tookMs: number }>;
}

/** Verdict of the experiment, then of every check of its case, by name. */
function verdictsOf({ verdict, reason, case: result }: ExperimentResult): string[] {
  const checks = (result?.verdicts ?? []).map(({ check, status }) => `${check}: ${status}`);
  return [[verdict, reason].filter(Boolean).join(' '), ...checks.sort()];
}

async function outcomeOn(choice: RuntimeChoice | undefined, wanted: readonly ToolName[]): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), 'faultline-verdicts-'));
  const tools = await ensureTools(wanted, () => {});
  const lab = await bootLab({ topology: shop, tools, folder, ...(choice && { choice }) });
  try {
    const results = await resultsIn(lab, folder);
    return { bootMs: bootMs(lab.descriptor.boot), results };
  } finally {
    await takeDownLab(lab);
    rmSync(folder, { recursive: true, force: true });
  }
}

async function resultsIn(lab: Lab, folder: string): Promise<Outcome['results']> {
  const session = await openSession({ lab, runFolder: folder, seed: SEED });
  const results = new Map<string, { readonly verdicts: readonly string[]; readonly tookMs: number }>();
  for (const [slug, experiment] of definitions) {
    const fromMs = systemClock.now();
    const result = await runExperiment(session, experiment, { signal: new AbortController().signal });
    results.set(slug, { verdicts: verdictsOf(result), tookMs: Math.round(systemClock.now() - fromMs) });
  }
  await session.close();
  return results;
}

const lines: string[] = [];
afterAll(() => void process.stderr.write(lines.map((line) => `${line}\n`).join('')));

withEngine('both runtimes', () => {
  test('give the same verdicts', async () => {
    const native = await outcomeOn(undefined, ['node', 'java', 'kafka', 'postgres', 'toxiproxy']);
    const inContainers = await outcomeOn(containers(), ['node']);
    lines.push('| | native | containers | verdicts |', '|---|---|---|---|');
    // A single boot on a shared machine is told, not judged: times belong to benchmarks.
    const ratio = (inContainers.bootMs / native.bootMs).toFixed(1);
    lines.push(`| boot | ${native.bootMs} ms | ${inContainers.bootMs} ms | ${ratio} times, at most 3 wanted |`);
    for (const slug of EXPERIMENTS) {
      const [ours, theirs] = [native.results.get(slug), inContainers.results.get(slug)];
      const [verdict] = ours?.verdicts ?? [];
      const same = JSON.stringify(ours?.verdicts) === JSON.stringify(theirs?.verdicts);
      const said = same ? verdict : `${ours?.verdicts.join(', ')} ≠ ${theirs?.verdicts.join(', ')}`;
      lines.push(`| ${slug} | ${ours?.tookMs} ms | ${theirs?.tookMs} ms | ${said} |`);
    }
    for (const slug of EXPERIMENTS) {
      const verdicts = inContainers.results.get(slug)?.verdicts;
      expect(verdicts, slug).toEqual(native.results.get(slug)?.verdicts);
      expect(verdicts?.join(), `${slug}: an unknown equals nothing`).not.toContain('unknown');
    }
  });
});
