/** False alarms and flakes of experiments that have the lab for themselves: each in turn, again and again. */
import { join } from 'node:path';
import { type Experiment, loadExperiments, runExperiment } from '../../harness/experiment/index.ts';
import type { Budget } from './budget.ts';
import { inLab } from './lab.ts';
import type { Progress } from './progress.ts';

const ROOT = join(import.meta.dirname, '../..');
const TOPOLOGY = 'shop-small';

export async function measureAlone(
  { found, save }: Progress,
  wanted: { readonly alone: number },
  budget: Budget,
): Promise<void> {
  const { alone, verdicts } = found;
  if (alone.of >= wanted.alone || budget.isOver()) return;
  const experiments = (await loadExperiments(join(ROOT, 'suites/chaos'), ROOT)).filter(isForUs);
  await inLab(TOPOLOGY, async (session) => {
    while (alone.of < wanted.alone && !budget.isOver()) {
      const experiment = rarest(experiments, verdicts);
      const { verdict, case: subject, control } = await runExperiment(session, experiment, { signal: budget.signal });
      verdicts[experiment.slug] ??= { pass: 0, fail: 0, unknown: 0 };
      const counts = verdicts[experiment.slug];
      if (counts) counts[verdict]++;
      alone.of++;
      if (verdict === 'unknown') alone.unknown++;
      const red = (subject ?? control).verdicts.find(({ status }) => status === 'fail');
      if (red) alone.falseAlarms.push(`${experiment.slug}: ${red.check}: ${red.summary}`);
      await save();
      budget.say(`  ${alone.of} of ${wanted.alone}: ${experiment.slug} ${verdict}`);
    }
  });
}

function isForUs({ topologies }: Experiment): boolean {
  return topologies?.includes(TOPOLOGY) ?? false;
}

/** The one that ran least often. */
function rarest(experiments: readonly Experiment[], verdicts: Progress['found']['verdicts']): Experiment {
  const ran = ({ slug }: Experiment) => {
    const { pass, fail, unknown } = verdicts[slug] ?? { pass: 0, fail: 0, unknown: 0 };
    return pass + fail + unknown;
  };
  const [first] = experiments.toSorted((one, other) => ran(one) - ran(other));
  if (first === undefined) throw new RangeError(`no experiment is for ${TOPOLOGY}`);
  return first;
}
