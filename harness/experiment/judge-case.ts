/** From a case that ran to its result: checks, what the run itself showed, and the guards that forbid a green without evidence. */
import { join } from 'node:path';
import { judge } from '../checks/index.ts';
import { type CaseResult, type CheckSpec, type Verdict, worstOf } from '../core/index.ts';
import { writeHistory } from '../history/index.ts';
import type { CaseRun } from './run-case.ts';
import type { Session } from './session.ts';

export interface JudgeOptions {
  readonly checks: readonly CheckSpec[];
  /** The control run, to compare with. */
  readonly control?: Pick<CaseRun, 'id' | 'history'>;
  /** Verdicts found elsewhere: contamination, a bypass. */
  readonly more?: readonly Verdict[];
}

/** Judges a case and writes its history to the run's folder. */
export async function judgeCase(session: Session, run: CaseRun, options: JudgeOptions): Promise<CaseResult> {
  const { topology } = session.lab;
  const input = {
    topology,
    caseId: run.id,
    history: run.history,
    state: run.state,
    faults: run.faults,
    lostRecords: run.lostRecords,
    quietAfterMs: run.quietAfterMs,
    ...(options.control ? { control: options.control.history } : {}),
  };
  const judged = await judge(options.checks, input);
  const facts = [...run.verdicts, ...landed(run), ...(options.more ?? [])];
  const verdicts = [...facts, ...judged];
  const verdict = worstOf(verdicts.map(({ status }) => status));
  const worst = verdicts.find(({ status }) => status === verdict && status !== 'pass');
  const history = join('history', `${run.id}.ndjson`);
  const header = { case: run.id, run: session.lab.descriptor.run, topology: topology.name, seed: run.seed };
  await writeHistory(join(session.runFolder, history), header, run.history, run.state);
  return {
    id: run.id,
    kind: run.kind,
    seed: run.seed,
    startedAt: run.startedAt,
    endedAt: run.endedAt,
    faults: run.faults,
    verdicts,
    verdict,
    ...(worst?.reason ? { reason: worst.reason } : {}),
    history,
    quietAfterMs: run.quietAfterMs,
    scope: run.scope,
    state: summaryOf(run),
    notHealed: run.notHealed,
    judged: {
      checks: options.checks,
      at: facts.length,
      ...(options.control ? { control: options.control.id } : {}),
      ...(run.lostRecords > 0 ? { lostRecords: run.lostRecords } : {}),
    },
  };
}

/** A fault that hit nothing within its case makes it `unknown`, never `pass`. */
function landed({ faults }: CaseRun): Verdict[] {
  if (faults.length === 0) return [];
  const missed = faults.filter(({ hits }) => hits === 0);
  const evidence = faults.map(({ spec, hits, countedBy }) => `${spec.fault} on ${spec.target}: ${hits} ${countedBy}`);
  if (missed.length === 0) {
    return [
      { check: 'faults-landed', status: 'pass', summary: `every fault took effect (${faults.length})`, evidence },
    ];
  }
  const names = missed.map(({ spec }) => `${spec.fault} on ${spec.target}`).join(', ');
  return [
    {
      check: 'faults-landed',
      status: 'unknown',
      reason: 'fault-never-landed',
      summary: `${names} hit nothing`,
      evidence,
    },
  ];
}

function summaryOf({ state }: CaseRun): CaseResult['state'] {
  const byState: Record<string, number> = {};
  for (const { state: name } of state.entities) byState[name] = (byState[name] ?? 0) + 1;
  const sums: Record<string, number> = {};
  for (const { kind, amount } of state.entries) sums[kind] = (sums[kind] ?? 0) + amount;
  return { entities: state.entities.length, byState, sums };
}
