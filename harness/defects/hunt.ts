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
  /** How often each is looked for. Default 1. */
  readonly repeat?: number;
  readonly onStart?: (defect: Defect) => void;
  /** `run`: none where the defect could not be planted. */
  readonly onEnd?: (result: DefectResult, run: ExperimentResult | undefined) => Promise<void> | void;
}

export interface Hunt {
  readonly results: readonly DefectResult[];
  /** The experiments as they ran with a defect in place, named by it. */
  readonly runs: readonly ExperimentResult[];
}

/** One lab for all: a clean run of each experiment once, then each defect with the same seed, as often as asked. */
export async function huntDefects(options: HuntOptions): Promise<Hunt> {
  const clean = new Map<string, ExperimentResult>();
  const results: DefectResult[] = [];
  const runs: ExperimentResult[] = [];
  for (const defect of options.defects) {
    options.signal.throwIfAborted();
    options.onStart?.(defect);
    const experiment = experimentOf(defect, options.experiments);
    const { result, run } = await huntOne(defect, experiment, clean, options);
    results.push(result);
    if (run) runs.push(run);
    await options.onEnd?.(result, run);
  }
  return { results, runs };
}

interface Found {
  readonly result: DefectResult;
  /** The experiment as it ran with the defect, named by it; none where the defect could not be planted. */
  readonly run?: ExperimentResult;
}

async function huntOne(
  defect: Defect,
  experiment: Experiment,
  clean: Map<string, ExperimentResult>,
  options: HuntOptions,
): Promise<Found> {
  const { session, signal, repeat = 1 } = options;
  const startedAt = systemClock.now();
  const without = clean.get(experiment.slug) ?? (await runExperiment(session, experiment, { signal }));
  signal.throwIfAborted();
  clean.set(experiment.slug, without);
  const base = {
    ...{ defect: defect.name, description: defect.description, service: defect.service },
    ...{ experiment: experiment.slug, expectedCheck: defect.check, topology: session.lab.topology.name },
  };
  const tookMs = () => systemClock.now() - startedAt;
  const attempts: Attempt[] = [];
  let replacements = 0;
  try {
    replacements = await plantDefect(session.lab, defect, options.root);
    for (let time = 0; time < repeat; time++) attempts.push(await attempt(defect, experiment, without, options));
  } catch (thrown) {
    if (!(thrown instanceof HarnessError && thrown.code === 'plant-failed')) throw thrown;
    return { result: { ...base, found: false, foundBy: [], why: thrown.message, replacements, tookMs: tookMs() } };
  } finally {
    await removeDefect(session.lab, defect);
  }
  // One that was missed says more than those that were found.
  const [shown] = attempts.toSorted((one, other) => Number(one.judged.found) - Number(other.judged.found));
  if (shown === undefined) throw new RangeError('a defect is hunted once at least');
  const found = attempts.filter(({ judged }) => judged.found);
  const result: DefectResult = {
    ...{ ...base, ...shown.judged, replacements, tookMs: tookMs() },
    ...(found[0] && { foundAfterMs: found[0].tookMs }),
    ...(repeat > 1 && { times: { of: attempts.length, found: found.length } }),
  };
  const slug = `${defect.name}--${shown.run.slug}`.slice(0, 120);
  return { result, run: { ...shown.run, name: `${defect.name}: ${shown.run.name}`, slug } };
}

interface Attempt {
  readonly run: ExperimentResult;
  readonly judged: ReturnType<typeof judgeHunt>;
  readonly tookMs: number;
}

async function attempt(
  defect: Defect,
  experiment: Experiment,
  without: ExperimentResult,
  { session, signal }: HuntOptions,
): Promise<Attempt> {
  const startedAt = systemClock.now();
  const run = await runExperiment(session, experiment, { signal });
  signal.throwIfAborted();
  const judged = judgeHunt(defect, without, run);
  const endedAt = (defect.withoutFault ? run.control : run.case)?.endedAt ?? systemClock.now();
  return { run, judged, tookMs: Math.max(0, endedAt - startedAt) };
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
