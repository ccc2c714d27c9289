/** Shows that the checks can fail: each defect is planted, its experiment run, and the named check must say `fail`. */
import {
  type CaseResult,
  type DefectResult,
  type ExperimentResult,
  HarnessError,
  systemClock,
  type Verdict,
} from '../core/index.ts';
import { type Experiment, makeWhole, runExperiment, type Session } from '../experiment/index.ts';
import { type Defect, inHuntingOrder } from './defect.ts';
import { plantDefect, removeDefect } from './plant.ts';

/** Verdicts of a run itself. */
const OF_THE_RUN = ['workload', 'quiescence'];
const WHOLE = { atRest: [], notHealed: [] };

export interface HuntOptions {
  readonly session: Session;
  readonly defects: readonly Defect[];
  readonly experiments: readonly Experiment[];
  readonly root: string;
  readonly signal: AbortSignal;
  /** How often each is looked for. Default 1. */
  readonly repeat?: number;
  /** Runs without a defect in this lab, by experiment: given by who hunts several times in one lab. */
  readonly clean?: Map<string, ExperimentResult>;
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
  const { clean = new Map<string, ExperimentResult>() } = options;
  const results: DefectResult[] = [];
  const runs: ExperimentResult[] = [];
  for (const defect of inHuntingOrder(options.defects)) {
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
  // Nothing can be shown by it: what was red is kept in place of a hunt.
  if (without.verdict !== 'pass') {
    const none = { found: false, foundBy: [], why: redWithout(without), replacements: 0, tookMs: tookMs() };
    return { result: { ...base, ...none }, run: named(without, 'without', defect) };
  }
  const attempts: Attempt[] = [];
  let replacements = 0;
  let lost = '';
  try {
    const planted = await plantDefect(session.lab, defect, options.root);
    replacements = planted.replacements;
    for (let time = 1; time <= repeat; time++)
      attempts.push(await attempt(defect, experiment, without, options, time === repeat));
    if (!(await planted.isThere())) lost = `; ${defect.service} was started without the defect meanwhile`;
  } catch (thrown) {
    if (!(thrown instanceof HarnessError && thrown.code === 'plant-failed')) throw thrown;
    return { result: { ...base, found: false, foundBy: [], why: thrown.message, replacements, tookMs: tookMs() } };
  } finally {
    await removeDefect(session.lab, defect);
  }
  const { atRest = [], notHealed = [] } = attempts.at(-1) ?? {};
  await makeWhole({ session, experiment, signal, since: startedAt }, atRest, notHealed);
  // One that was missed says more than those that were found.
  const [shown] = attempts.toSorted((one, other) => Number(one.judged.found) - Number(other.judged.found));
  if (shown === undefined) throw new RangeError('a defect is hunted once at least');
  const found = attempts.filter(({ judged }) => judged.found);
  const result: DefectResult = {
    ...{ ...base, ...shown.judged, replacements, tookMs: tookMs() },
    ...(shown.judged.why && { why: shown.judged.why + lost }),
    ...(found[0] && { foundAfterMs: found[0].tookMs }),
    ...(repeat > 1 && { times: { of: attempts.length, found: found.length } }),
  };
  return { result, run: named(shown.run, 'with', defect) };
}

function named(run: ExperimentResult, how: 'with' | 'without', { name }: Defect): ExperimentResult {
  const prefix = how === 'with' ? name : `without-${name}`;
  return { ...run, name: `${prefix}: ${run.name}`, slug: `${prefix}--${run.slug}`.slice(0, 120) };
}

/** What was red although no defect was there. */
function redWithout({ verdict, control, case: result }: ExperimentResult): string {
  const red = (result ?? control).verdicts.filter(({ status }) => status !== 'pass');
  const what = red.map(({ check, summary }) => `${check}: ${summary}`).join('; ');
  return `the experiment is ${verdict} without the defect${what === '' ? '' : ` (${what})`}`;
}

interface Attempt {
  readonly run: ExperimentResult;
  readonly judged: ReturnType<typeof judgeHunt>;
  readonly tookMs: number;
  /** Whether it came to rest, and what it left behind, where the lab is not whole yet. */
  readonly atRest: readonly Verdict[];
  readonly notHealed: readonly string[];
}

async function attempt(
  defect: Defect,
  experiment: Experiment,
  without: ExperimentResult,
  { session, signal }: HuntOptions,
  isLast: boolean,
): Promise<Attempt> {
  const startedAt = systemClock.now();
  // With the defect in place the lab need not come to rest: the last one is made whole without it.
  const run = await runExperiment(session, experiment, { signal, leaveAsIs: isLast });
  signal.throwIfAborted();
  const judged = judgeHunt(defect, without, run);
  const endedAt = (defect.withoutFault ? run.control : run.case)?.endedAt ?? systemClock.now();
  return { run, judged, tookMs: Math.max(0, endedAt - startedAt), ...(isLast ? leftBy(run) : WHOLE) };
}

/** Whether a check failed says nothing about the lab; whether the run came to rest does. */
function leftBy({ control, case: result = control }: ExperimentResult): Pick<Attempt, 'atRest' | 'notHealed'> {
  const { verdicts, notHealed } = result;
  return { atRest: verdicts.filter(({ check }) => OF_THE_RUN.includes(check)), notHealed };
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
  if (without.verdict !== 'pass') return no(redWithout(without));
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
