/** Saved runs whose case is one of the histories of the checks, judged as the runner judges: for what reads runs again. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { evidenceOf, RECIPES, type Recipe } from '../../../fixtures/histories/recipes.ts';
import { CASE, type Story, stateOf } from '../../../fixtures/histories/story.ts';
import { HISTORY_TOPOLOGY } from '../../../fixtures/histories/topology.ts';
import { judge } from '../../../harness/checks/index.ts';
import { type CaseResult, type CheckSpec, type RunFile, worstOf } from '../../../harness/core/index.ts';
import { mergeRecords, writeHistory } from '../../../harness/history/index.ts';
import { writeRun } from '../../../harness/report/index.ts';
import { experimentOf, runOf } from '../gate/runs.ts';

const CONTROL = 'fa0171e0000000c0';
const FACT = { check: 'workload', status: 'pass', summary: 'the workload ran to its end', evidence: [] } as const;

/** `runs/<id>`, with one experiment: its case is the ok or the bad story of the check. */
export async function saveCase(runs: string, id: string, check: string, which: 'ok' | 'bad'): Promise<RunFile> {
  const recipe = RECIPES[check] as Recipe;
  const folder = join(runs, id);
  await mkdir(join(folder, 'history'), { recursive: true });
  const control = recipe.control?.() ?? recipe.ok();
  const quietAfterMs = recipe.quietAfterMs?.[which] ?? 0;
  const withFaults = await saved(folder, CASE, 'case', recipe[which](), recipe.spec, { quietAfterMs, control });
  const controlResult = await saved(folder, CONTROL, 'control', control, recipe.spec, { quietAfterMs: 0 });
  const { contracts: _, ...run } = runOf([experimentOf(check)], { id });
  const [experiment] = run.experiments as [RunFile['experiments'][number]];
  const { verdict } = withFaults;
  const result = { ...experiment, verdict, control: { ...controlResult, verdict: 'pass' as const }, case: withFaults };
  const exitCode = { pass: 0, fail: 1, unknown: 2 }[verdict];
  const whole = { ...run, topology: HISTORY_TOPOLOGY, experiments: [result], verdict, exitCode };
  await writeRun(whole, join(folder, 'run.json'));
  return whole;
}

async function saved(
  folder: string,
  id: string,
  kind: CaseResult['kind'],
  story: Story,
  spec: CheckSpec,
  { quietAfterMs, control }: { readonly quietAfterMs: number; readonly control?: Story },
): Promise<CaseResult> {
  const records = mergeRecords(story.records);
  const faults = evidenceOf(records);
  const input = {
    topology: HISTORY_TOPOLOGY,
    caseId: id,
    history: records,
    state: stateOf(story),
    faults,
    quietAfterMs,
  };
  const checks = kind === 'control' ? [] : [spec];
  const judged = await judge(checks, { ...input, ...(control ? { control: mergeRecords(control.records) } : {}) });
  const verdicts = [FACT, ...judged];
  const header = { case: id, run: 'saved', topology: HISTORY_TOPOLOGY.name, seed: 1 };
  await writeHistory(join(folder, 'history', `${id}.ndjson`), header, records, stateOf(story));
  return {
    ...{ id, kind, seed: 1, startedAt: 1, endedAt: 2, faults, verdicts, quietAfterMs, scope: 'alone', notHealed: [] },
    verdict: worstOf(verdicts.map(({ status }) => status)),
    history: `history/${id}.ndjson`,
    state: { entities: 0, byState: {}, sums: {} },
    judged: { checks, at: 1, ...(control ? { control: CONTROL } : {}) },
  };
}
