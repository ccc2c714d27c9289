/** Runs one experiment: control first, then the case; heals, proves the heal, and gives the result. */
import type { CaseResult, ExperimentResult, Verdict } from '../core/index.ts';
import { findBypasses } from '../runtime/index.ts';
import { findUnattributed, measureAttribution } from './attribution.ts';
import { contaminated } from './contamination.ts';
import { type Experiment, STEADY_CHECKS } from './define.ts';
import { type FaultSet, planFaults } from './inject.ts';
import { judgeCase } from './judge-case.ts';
import { lookBefore, makeWhole } from './make-whole.ts';
import { type CaseRun, runCase } from './run-case.ts';
import type { Session } from './session.ts';

export interface RunOptions {
  readonly signal: AbortSignal;
  /** Other experiments run in the same lab at the same time; refused for faults that everybody feels. */
  readonly beside?: boolean;
  /** Whoever runs it makes the lab whole afterwards (`makeWhole`). */
  readonly leaveAsIs?: boolean;
  readonly onPhase?: (phase: 'control' | 'case' | 'heal' | 'rerun') => void;
  /** How the command that repeats it begins. Default `npx faultline replay`. */
  readonly command?: string;
}

const NO_FAULTS: FaultSet = { planned: [], scoped: true };

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
  const { startedAt: since } = controlRun;
  const control = await judgeCase(session, controlRun, { checks: experiment.controlChecks ?? STEADY_CHECKS });
  session.feed.forget(controlRun.id, beside ? 0 : since);
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
    if (!beside && !options.leaveAsIs)
      await makeWhole({ session, experiment, signal: options.signal, since }, control.verdicts);
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
  return { ...base, case: result, verdict: result.verdict, ...(result.reason ? { reason: result.reason } : {}) };
}

/** The topology is named where replay would choose another. */
function repeatOf({ slug, topologies }: Experiment, { seed, lab }: Session): string {
  const { name } = lab.topology;
  const where = topologies?.[0] === undefined || topologies[0] === name ? '' : ` --topology ${name}`;
  return `npx faultline replay ${slug}${where} --seed ${seed}`;
}

/** A scoped fault needs every exchange of its edge attributed; the figure is given as an `unknown` of the control run. */
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
  const before = await lookBefore(session);
  const run = await runCase({ session, experiment, kind: 'case', faults, beside, signal: options.signal });
  const more: Verdict[] = beside ? contaminated(run.id, session.feed.since(run.startedAt)) : await bypassed(session);
  const result = await judgeCase(session, run, { checks: experiment.checks, control, more });
  session.feed.forget(run.id, beside ? 0 : run.startedAt);
  if (beside || options.leaveAsIs) return result;
  options.onPhase?.('heal');
  const patient = { session, experiment, signal: options.signal, before, since: control.startedAt };
  const notHealed = await makeWhole(patient, run.verdicts, run.notHealed);
  return { ...result, notHealed };
}

async function bypassed({ lab }: Session): Promise<Verdict[]> {
  const found = await findBypasses(lab);
  if (found.length === 0) return [];
  const evidence = found.map((bypass) => JSON.stringify(bypass)).slice(0, 10);
  const summary = 'a service reached another part past the wire';
  return [{ check: 'isolation', status: 'unknown', reason: 'bypassed', summary, evidence }];
}
