/** False alarms and flakes of experiments that have the lab for themselves: each in turn, again and again. */
import { type Experiment, runExperiment } from '../../harness/experiment/index.ts';
import type { Found } from './progress.ts';
import { type RoundMeans, told } from './scoped.ts';

/** Up to `count` experiments, those that ran least often; each is a clean case and a faulty one. */
export async function aloneRound(
  { session, experiments, found, budget, note }: RoundMeans,
  count: number,
): Promise<void> {
  const { alone, verdicts } = found;
  for (let index = 0; index < count && !budget.isOver(); index++) {
    const experiment = rarest(experiments, verdicts);
    const startedAt = performance.now();
    const { verdict, case: subject, control } = await runExperiment(session, experiment, { signal: budget.signal });
    if (budget.signal.aborted) return;
    const tookMs = Math.round(performance.now() - startedAt);
    verdicts[experiment.slug] ??= { pass: 0, fail: 0, unknown: 0 };
    const counts = verdicts[experiment.slug];
    if (counts) counts[verdict]++;
    alone.of++;
    alone.tookMs += tookMs;
    if (verdict === 'unknown') alone.unknown++;
    const red = (subject ?? control).verdicts.find(({ status }) => status === 'fail');
    if (red) alone.falseAlarms.push(`${experiment.slug}: ${told(red)}`);
    await note(control, experiment.slug);
    if (subject) await note(subject, experiment.slug);
    budget.say(`  alone: ${alone.of}, ${experiment.slug} ${verdict} in ${(tookMs / 1_000).toFixed(1)} s`);
  }
}

/** The one that ran least often. */
function rarest(experiments: readonly Experiment[], verdicts: Found['verdicts']): Experiment {
  const ran = ({ slug }: Experiment) => {
    const { pass, fail, unknown } = verdicts[slug] ?? { pass: 0, fail: 0, unknown: 0 };
    return pass + fail + unknown;
  };
  const [first] = experiments.toSorted((one, other) => ran(one) - ran(other));
  if (first === undefined) throw new RangeError('there is no experiment to run');
  return first;
}
