/** Shows that the checks can fail: each defect is planted, its experiment run, and the named check must say `fail`. */
import { type CaseResult, type DefectResult, type ExperimentResult, HarnessError, systemClock } from '../core/index.ts';
import { type Experiment, runExperiment, type Session } from '../experiment/index.ts';
import type { Defect } from './defect.ts';
import { plantDefect, removeDefect } from './plant.ts';

export interface HuntOptions {
  readonly session: Session;
  readonly defects: readonly Defect[];
  readonly experiments: readonly Experiment[];
  readonly root: string;
  readonly signal: AbortSignal;
  readonly onStart?: (defect: Defect) => void;
  readonly onEnd?: (result: DefectResult, run: ExperimentResult) => void;
}

export interface Hunt {
  readonly results: readonly DefectResult[];
  /** The experiments as they ran with a defect in place, named by it. */
  readonly runs: readonly ExperimentResult[];
}

/** One lab for all: a clean run of each experiment once, then each defect with the same seed. */
export async function huntDefects(options: HuntOptions): Promise<Hunt> {
  const { session, defects, signal } = options;
  const clean = new Map<string, ExperimentResult>();
  const results: DefectResult[] = [];
  const runs: ExperimentResult[] = [];
  for (const defect of defects) {
    signal.throwIfAborted();
    options.onStart?.(defect);
    const startedAt = systemClock.now();
    const experiment = experimentOf(defect, options.experiments);
    const without = clean.get(experiment.slug) ?? (await runExperiment(session, experiment, { signal }));
    signal.throwIfAborted();
    clean.set(experiment.slug, without);
    const replacements = await plantDefect(session.lab, defect, options.root);
    let withDefect: ExperimentResult;
    try {
      withDefect = await runExperiment(session, experiment, { signal });
    } finally {
      await removeDefect(session.lab, defect);
    }
    signal.throwIfAborted();
    const result: DefectResult = {
      defect: defect.name,
      description: defect.description,
      service: defect.service,
      experiment: experiment.slug,
      expectedCheck: defect.check,
      ...judgeHunt(defect, without, withDefect),
      replacements,
      tookMs: systemClock.now() - startedAt,
    };
    results.push(result);
    const slug = `${defect.name}--${withDefect.slug}`.slice(0, 120);
    const run = { ...withDefect, name: `${defect.name}: ${withDefect.name}`, slug };
    runs.push(run);
    options.onEnd?.(result, run);
  }
  return { results, runs };
}

/**
 * Found: `fail` by the named check, with every fault landed, steady before, and the same seed green without the defect. One that
 * shows `withoutFault` must make the control run fail by that check.
 */
export function judgeHunt(
  defect: Pick<Defect, 'check' | 'withoutFault'>,
  without: ExperimentResult,
  withDefect: ExperimentResult,
): Pick<DefectResult, 'found' | 'foundBy' | 'why'> {
  const subject = defect.withoutFault ? withDefect.control : withDefect.case;
  const foundBy = (subject?.verdicts ?? []).filter(({ status }) => status === 'fail').map(({ check }) => check);
  const no = (why: string) => ({ found: false, foundBy, why });
  if (without.verdict !== 'pass') return no(`the experiment is ${without.verdict} without the defect`);
  if (!subject) return no('the control run did not pass with the defect in place: it shows without any fault');
  if (!defect.withoutFault && !hasLanded(subject)) return no('the fault never landed');
  if (!foundBy.includes(defect.check))
    return no(`${defect.check} did not fail${foundBy.length > 0 ? `; ${foundBy.join(', ')} did` : ''}`);
  return { found: true, foundBy };
}

function hasLanded(subject: CaseResult): boolean {
  return subject.faults.every(({ hits }) => hits > 0);
}

/** The experiment a defect names. */
export function experimentOf(defect: Defect, experiments: readonly Experiment[]): Experiment {
  const { experiment: wanted } = defect;
  const found = experiments.find(({ slug }) => slug === wanted);
  if (found) return found;
  throw new HarnessError({
    code: 'bad-config',
    message: `defect ${defect.name} names the experiment "${wanted}", which does not exist`,
    hint: 'experiments are the files suites/chaos/<name>.chaos.ts',
  });
}
