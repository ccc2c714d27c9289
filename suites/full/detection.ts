/** How often planted defects are found: each as often as wanted, those hunted least first, each in its topology; several labs at a time if asked. */
import { join } from 'node:path';
import type { ExperimentResult } from '../../harness/core/index.ts';
import {
  DEFECT_TOPOLOGY,
  type Defect,
  defectCatalogue,
  huntDefects,
  inHuntingOrder,
} from '../../harness/defects/index.ts';
import { loadExperiments } from '../../harness/experiment/index.ts';
import type { Budget } from './budget.ts';
import { inLab } from './lab.ts';
import type { Found, Progress } from './progress.ts';

const ROOT = join(import.meta.dirname, '../..');

export async function measureDetection(
  { found, save }: Progress,
  wanted: { readonly huntsEach: number; readonly labs: number },
  budget: Budget,
): Promise<void> {
  const defects = [...(await defectCatalogue()).entries.values()];
  const experiments = await loadExperiments(join(ROOT, 'suites/chaos'), ROOT);
  for (let round = 1; round <= wanted.huntsEach; round++) {
    const due = defects.filter(({ name }) => (found.defects[name]?.of ?? 0) < round);
    for (const [topology, group] of Map.groupBy(due, (defect) => defect.topology ?? DEFECT_TOPOLOGY)) {
      if (budget.isOver()) return;
      const hunt = (some: readonly Defect[]) =>
        inLab(topology, async (session) => {
          const clean = new Map<string, ExperimentResult>();
          for (const defect of inHuntingOrder(some)) {
            if (budget.isOver()) return;
            const options = { session, defects: [defect], experiments, root: ROOT, signal: budget.signal, clean };
            const { results } = await huntDefects(options);
            note(found, defect, results[0]);
            await save();
            const { of = 0, found: times = 0 } = found.defects[defect.name] ?? {};
            budget.say(`  ${defect.name}: found ${times} of ${of}`);
          }
        });
      await Promise.all(shared(group, wanted.labs).map(hunt));
    }
  }
}

/** Among so many labs: those of one experiment stay together, for its clean run serves them all. */
function shared(defects: readonly Defect[], labs: number): Defect[][] {
  const shares = Array.from({ length: labs }, (): Defect[] => []);
  for (const group of Map.groupBy(defects, ({ experiment }) => experiment).values())
    shares.toSorted((one, other) => one.length - other.length)[0]?.push(...group);
  return shares.filter(({ length }) => length > 0);
}

function note(
  { defects }: Found,
  { name, check }: Defect,
  result: Awaited<ReturnType<typeof huntDefects>>['results'][number] | undefined,
) {
  if (result === undefined) return;
  defects[name] ??= { of: 0, found: 0, check };
  const known = defects[name];
  if (known === undefined) return;
  known.of++;
  if (result.found) known.found++;
  else known.why = result.why ?? '';
  if (result.foundAfterMs !== undefined) known.foundAfterMs = Math.round(result.foundAfterMs);
}
