/** Many scoped cases at the same time in one lab: that is where the speed comes from. What is not green is run again alone. */
import { type CaseResult, HarnessError, systemClock } from '../core/index.ts';
import { contaminated } from './contamination.ts';
import { type Experiment, STEADY_CHECKS } from './define.ts';
import { rebuild } from './heal.ts';
import { planFaults } from './inject.ts';
import { judgeCase } from './judge-case.ts';
import { type CaseRun, runCase } from './run-case.ts';
import type { Session } from './session.ts';

/** How late an effect may be and still find what it belongs to, when cases are run again alone. */
const LATE_MS = 10_000;

export interface ManyOptions {
  readonly signal: AbortSignal;
  /** Cases in flight at the same time. Default: all. */
  readonly concurrency?: number;
  readonly onEnd?: (experiment: Experiment, result: CaseResult) => void;
}

export interface ManyResult {
  /** In the order of the experiments. */
  readonly cases: readonly CaseResult[];
  /** How many were not green beside others and were run again alone. */
  readonly rerunAlone: number;
  /** From the first injection to the last verdict, reruns included, control runs not. */
  readonly tookMs: number;
}

/**
 * Runs each experiment's case beside the others. Every fault must be scoped (`fault-refused` otherwise). Control runs are
 * shared: one for each workload function.
 */
export async function runScopedCases(
  session: Session,
  experiments: readonly Experiment[],
  options: ManyOptions,
): Promise<ManyResult> {
  const controls = new Map<Experiment['workload'], CaseRun>();
  for (const experiment of experiments) {
    if (controls.has(experiment.workload)) continue;
    controls.set(experiment.workload, await steadyControl(session, experiment, options.signal));
  }
  const startMs = systemClock.now();
  const results = new Array<CaseResult>(experiments.length);
  const again: number[] = [];
  const waiting = experiments.entries();
  /** Indexes of those that run, with when they began: the oldest comes first. */
  const running = new Map<number, number>();
  const lane = async () => {
    for (const [index, experiment] of waiting) {
      running.set(index, systemClock.now());
      const result = await one(session, experiment, controls.get(experiment.workload), true, options.signal);
      running.delete(index);
      leaveBehind(session, running.values().next().value ?? systemClock.now());
      results[index] = result;
      if (result.verdict === 'pass') options.onEnd?.(experiment, result);
      else again.push(index);
    }
  };
  await Promise.all(Array.from({ length: options.concurrency ?? experiments.length }, lane));
  // What a case left behind must not be there when others are run again alone.
  if (results.some(({ notHealed }) => notHealed.length > 0)) await rebuild(session.lab);
  for (const index of again) {
    const experiment = experiments[index] as Experiment;
    const alone = await one(session, experiment, controls.get(experiment.workload), false, options.signal);
    results[index] = { ...alone, rerunAlone: true };
    options.onEnd?.(experiment, results[index]);
  }
  for (const { id } of controls.values()) session.feed.forget(id, 0);
  return { cases: results, rerunAlone: again.length, tookMs: systemClock.now() - startMs };
}

/** Work for a case must not grow with the number of those before it: what is older than all that run is looked at no more. */
function leaveBehind({ feed, reader }: Session, oldestMs: number): void {
  feed.forget('', oldestMs);
  reader.beginAt(oldestMs - LATE_MS);
}

async function one(
  session: Session,
  experiment: Experiment,
  control: CaseRun | undefined,
  beside: boolean,
  signal: AbortSignal,
): Promise<CaseResult> {
  const { topology, descriptor } = session.lab;
  const { runtime } = descriptor;
  const faults = await planFaults(experiment.faults, topology, { runtime, ...(beside && { scope: 'case' }) });
  const run = await runCase({ session, experiment, kind: 'case', faults, beside, signal });
  const more = beside ? contaminated(run.id, session.feed.since(run.startedAt)) : [];
  const result = await judgeCase(session, run, {
    checks: experiment.checks,
    more,
    ...(control ? { control } : {}),
  });
  session.feed.forget(run.id, 0);
  return result;
}

/** Steady before: without a green control run no case is started. */
async function steadyControl(session: Session, experiment: Experiment, signal: AbortSignal): Promise<CaseRun> {
  const none = await planFaults([], session.lab.topology);
  const run = await runCase({ session, experiment, kind: 'control', faults: none, beside: false, signal });
  const result = await judgeCase(session, run, { checks: experiment.controlChecks ?? STEADY_CHECKS });
  if (result.verdict !== 'pass') {
    const shown = result.verdicts
      .filter(({ status }) => status !== 'pass')
      .map(({ check, summary }) => `${check}: ${summary}`);
    throw new HarnessError({
      code: 'not-steady',
      message: `the control run of "${experiment.name}" did not pass: ${shown.join('; ')}`,
      hint: 'the system must keep its promises without faults first',
    });
  }
  return run;
}
