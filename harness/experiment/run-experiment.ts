/** Runs one experiment: control first, then the case; heals, proves the heal, and gives the result. */
import {
  type CaseResult,
  type ExperimentResult,
  seededRandom,
  systemClock,
  type Verdict,
  worstOf,
} from '../core/index.ts';
import { findBypasses } from '../runtime/index.ts';
import { findUnattributed, measureAttribution } from './attribution.ts';
import { contaminated } from './contamination.ts';
import { type Experiment, STEADY_CHECKS } from './define.ts';
import { rebuild } from './heal.ts';
import { type FaultSet, planFaults } from './inject.ts';
import { judgeCase } from './judge-case.ts';
import { untilQuiet } from './quiescence.ts';
import { type CaseRun, newCaseId, runCase } from './run-case.ts';
import type { Session } from './session.ts';
import { workloadContext } from './workload.ts';

export interface RunOptions {
  readonly signal: AbortSignal;
  /** Other experiments run in the same lab at the same time; refused for faults that everybody feels. */
  readonly beside?: boolean;
  readonly onPhase?: (phase: 'control' | 'case' | 'heal' | 'rerun') => void;
  /** How the command that repeats it begins. Default `npx faultline replay`. */
  readonly command?: string;
}

const NO_FAULTS: FaultSet = { planned: [], scoped: true };
const PULSE_MS = 15_000;
const nothing = async () => undefined;

export async function runExperiment(
  session: Session,
  experiment: Experiment,
  options: RunOptions,
): Promise<ExperimentResult> {
  const { topology, descriptor } = session.lab;
  const faults = await planFaults(experiment.faults, topology, { runtime: descriptor.runtime });
  const beside = options.beside === true && faults.scoped;
  options.onPhase?.('control');
  const controlRun = await runCase({
    session,
    experiment,
    kind: 'control',
    faults: NO_FAULTS,
    beside,
    signal: options.signal,
  });
  const control = await judgeCase(session, controlRun, { checks: experiment.controlChecks ?? STEADY_CHECKS });
  const base = {
    name: experiment.name,
    slug: experiment.slug,
    hypothesis: experiment.hypothesis,
    file: experiment.file,
    topology: session.lab.topology.name,
    control,
    repeat: repeatOf(experiment, session),
  };
  if (control.verdict !== 'pass') {
    if (!beside) await makeWhole(session, experiment, options, control.verdicts);
    return { ...base, verdict: 'unknown', reason: 'not-steady-before' };
  }
  const unattributed = findUnattributed(faults, measureAttribution(session.lab.topology, [controlRun.history]));
  if (unattributed.length > 0) return refused(base, unattributed);
  options.onPhase?.('case');
  let result = await oneCase(session, experiment, faults, beside, controlRun, options);
  if (beside && result.verdict !== 'pass') {
    options.onPhase?.('rerun');
    result = { ...(await oneCase(session, experiment, faults, false, controlRun, options)), rerunAlone: true };
  }
  session.feed.forget(controlRun.id, beside ? 0 : systemClock.now());
  return { ...base, case: result, verdict: result.verdict, ...(result.reason ? { reason: result.reason } : {}) };
}

/** A scoped fault needs every exchange of its edge attributed; the figure is given as an `unknown` of the control run. */
/** The topology is named where replay would choose another. */
function repeatOf({ slug, topologies }: Experiment, { seed, lab }: Session): string {
  const { name } = lab.topology;
  const where = topologies?.[0] === undefined || topologies[0] === name ? '' : ` --topology ${name}`;
  return `npx faultline replay ${slug}${where} --seed ${seed}`;
}

function refused<Base extends { readonly control: CaseResult }>(base: Base, evidence: readonly string[]) {
  const summary = 'a fault for one case only needs every exchange of its edge to name its case';
  const verdict: Verdict = { check: 'attribution', status: 'unknown', reason: 'not-attributed', summary, evidence };
  const control = { ...base.control, verdicts: [...base.control.verdicts, verdict] };
  return { ...base, control, verdict: 'unknown', reason: 'not-attributed' } as const;
}

async function oneCase(
  session: Session,
  experiment: Experiment,
  faults: FaultSet,
  beside: boolean,
  control: CaseRun,
  options: RunOptions,
): Promise<CaseResult> {
  const run = await runCase({ session, experiment, kind: 'case', faults, beside, signal: options.signal });
  const more: Verdict[] = beside ? contaminated(run.id, session.feed.since(run.startedAt)) : await bypassed(session);
  const result = await judgeCase(session, run, { checks: experiment.checks, control, more });
  session.feed.forget(run.id, 0);
  if (beside) return result;
  options.onPhase?.('heal');
  const notHealed = await makeWhole(session, experiment, options, run.verdicts, run.notHealed);
  return { ...result, notHealed };
}

/** Proves the heal by traffic that succeeds; what is not back is named and the lab is rebuilt, so that the next case does not suffer. */
async function makeWhole(
  session: Session,
  experiment: Experiment,
  options: RunOptions,
  verdicts: readonly Verdict[],
  unhealed: readonly string[] = [],
): Promise<readonly string[]> {
  const found = [...unhealed];
  // The run is at its end: whoever uses this lab next looks whether it is whole.
  if (options.signal.aborted) return found;
  if (worstOf(verdicts.map(({ status }) => status)) !== 'pass') found.push('the case did not come to rest');
  if (found.length === 0 && !(await pulse(session, experiment, options.signal))) {
    found.push(`probe traffic did not succeed within ${PULSE_MS} ms of the heal`);
  }
  if (found.length === 0) return [];
  await rebuild(session.lab);
  await pulse(session, experiment, options.signal);
  // What is not done by now is lost for good: the next case must not wait for it.
  await session.reader.giveUp();
  return found;
}

async function pulse(session: Session, experiment: Experiment, signal: AbortSignal): Promise<boolean> {
  if (!experiment.pulse) return true;
  const { lab, feed, reader, offsets, seed } = session;
  const startedAt = systemClock.now();
  const caseId = newCaseId(experiment.slug, 'pulse', seed);
  const random = seededRandom(seed).fork(`${experiment.slug}/pulse/${caseId}`);
  const context = workloadContext({
    lab,
    feed,
    reader,
    caseId,
    kind: 'pulse',
    random,
    signal,
    inject: nothing,
    heal: nothing,
  });
  const { pulse: once } = experiment;
  const succeeded = await context.until('probe traffic to succeed', () => once(context), PULSE_MS);
  // What it set going ends before the next case begins: else its last effects would count as effects for something that does not exist.
  const seen = context.seen;
  const quiet = { lab, reader, offsets, caseId, of: 'case', seen, deadlineMs: PULSE_MS, signal, startedAt } as const;
  if (succeeded) await untilQuiet(quiet);
  return succeeded;
}

async function bypassed({ lab }: Session): Promise<Verdict[]> {
  const found = await findBypasses(lab);
  if (found.length === 0) return [];
  const evidence = found.map((bypass) => JSON.stringify(bypass)).slice(0, 10);
  const summary = 'a service reached another part past the wire';
  return [{ check: 'isolation', status: 'unknown', reason: 'bypassed', summary, evidence }];
}
