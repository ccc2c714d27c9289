/** Runs one case: inject, workload, heal, quiet, evidence. What the system did is data; only the harness's own trouble throws. */
import {
  type FaultEvidence,
  type FinalState,
  freshSeed,
  type HistoryRecord,
  hash32,
  LIMITS,
  messageOf,
  seededRandom,
  systemClock,
  type Verdict,
} from '../core/index.ts';
import { isWanted } from './checks-wanted.ts';
import type { Experiment } from './define.ts';
import { findLeftOf, findUnhealed, healFailure } from './heal.ts';
import { type ActiveFaults, type FaultSet, faultsOf } from './inject.ts';
import { keepShapesFor } from './keep-shapes.ts';
import { untilQuiet } from './quiescence.ts';
import type { Session } from './session.ts';
import { noteUsage } from './usage.ts';
import { workloadContext } from './workload.ts';

export interface CaseRun {
  readonly id: string;
  readonly kind: 'control' | 'case';
  readonly seed: number;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly faults: readonly FaultEvidence[];
  readonly history: readonly HistoryRecord[];
  /** Records of its time that nobody could read in time. */
  readonly lostRecords: number;
  readonly state: FinalState;
  readonly quietAfterMs: number;
  /** Verdicts of the run itself: workload and quiescence. */
  readonly verdicts: readonly Verdict[];
  readonly notHealed: readonly string[];
  readonly scope: 'scoped' | 'alone';
}

export interface CaseOptions {
  readonly session: Session;
  readonly experiment: Experiment;
  readonly kind: 'control' | 'case';
  readonly faults: FaultSet;
  /** Other cases run beside it: only what belongs to the case is looked at. */
  readonly beside: boolean;
  readonly signal: AbortSignal;
}

/** 16 hex digits: the first half from the seed, the second half fresh, so that a replay in one lab is another case. */
export function newCaseId(experiment: string, kind: string, seed: number): string {
  const half = (value: number) => value.toString(16).padStart(8, '0');
  return half(hash32(`${experiment}/${kind}/${seed}`)) + half(freshSeed());
}

export async function runCase(options: CaseOptions): Promise<CaseRun> {
  const { session, experiment, kind, faults, beside, signal } = options;
  const { lab, feed, reader, seed } = session;
  const id = newCaseId(experiment.slug, kind, seed);
  const startedAt = systemClock.now();
  const looksAtUsage = !beside && (await isWanted('looksAtUsage', experiment));
  if (looksAtUsage) await noteUsage(lab, feed, id, 'before');
  const limit = AbortSignal.any([signal, AbortSignal.timeout(experiment.deadlineMs ?? LIMITS.caseMs)]);
  const active = faultsOf(lab, feed, id, faults);
  await using _shapes = await keepShapesFor(lab, experiment);
  if (experiment.start !== 'called') await active.inject();
  const notHealed: string[] = [];
  const heal = () => active.heal().catch((cause) => void notHealed.push(healFailure(cause)));
  const verdicts: Verdict[] = [];
  try {
    const random = seededRandom(seed).fork(experiment.slug);
    const context = workloadContext({
      lab,
      feed,
      reader,
      caseId: id,
      kind,
      random,
      signal: limit,
      inject: active.inject,
      heal,
      hits: async () => (await active.evidence()).map(({ hits }) => hits),
    });
    await experiment.workload(context);
    verdicts.push({ check: 'workload', status: 'pass', summary: 'the workload ran to its end', evidence: [] });
  } catch (cause) {
    verdicts.push(workloadVerdict(cause, signal, limit));
  } finally {
    await heal();
  }
  const settled = await settle(options, id, active, startedAt, verdicts);
  if (looksAtUsage) await noteUsage(lab, feed, id, 'after');
  if (faults.planned.length > 0) notHealed.push(...(await (beside ? findLeftOf(lab, id) : findUnhealed(lab))));
  const evidence = await active.evidence();
  await feed.sync();
  const shared = feed.sharedSince(startedAt).filter((record) => !beside || concernsEverybody(record));
  const strays = beside ? [] : straysOf(id, settled.state, feed.ofCase(id), feed.since(startedAt));
  const history = [...feed.ofCase(id), ...shared, ...strays].sort((a, b) => a.at - b.at);
  return {
    id,
    kind,
    seed,
    startedAt,
    endedAt: systemClock.now(),
    faults: evidence,
    history,
    lostRecords: feed.lostSince(startedAt),
    ...settled,
    verdicts,
    notHealed,
    scope: beside ? 'scoped' : 'alone',
  };
}

/** Records that are about an entity of the case and name another case: somebody on the way lost its trace, or made one up. */
function straysOf(
  caseId: string,
  { entities }: FinalState,
  own: readonly HistoryRecord[],
  records: readonly HistoryRecord[],
): HistoryRecord[] {
  const keys = own.flatMap((record) => (record.type === 'operation' ? (record.key ?? []) : []));
  const ours = new Set([...entities.map(({ entity }) => entity), ...keys]);
  return records.filter(
    (record) =>
      (record.type === 'exchange' || record.type === 'message') &&
      record.case !== undefined &&
      record.case !== caseId &&
      ours.has(record.key ?? ''),
  );
}

/** What a case that runs beside others keeps of the records that name no case: commits, processes, what services said. */
function concernsEverybody({ type }: HistoryRecord): boolean {
  return type === 'message' || type === 'process' || type === 'service-event';
}

/** Waits for quiet and gives the final state; work still pending at the deadline although all is healed is `fail: stuck`. */
async function settle(
  { session, experiment, beside, signal }: CaseOptions,
  caseId: string,
  active: ActiveFaults,
  startedAt: number,
  verdicts: Verdict[],
): Promise<{ readonly state: FinalState; readonly quietAfterMs: number }> {
  const { lab, feed, reader, offsets } = session;
  const quiet = await untilQuiet({
    lab,
    reader,
    offsets,
    caseId,
    of: beside ? 'case' : 'all',
    seen: async () => {
      await feed.sync();
      return feed.ofCase(caseId);
    },
    deadlineMs: experiment.quietWithinMs ?? LIMITS.quiescenceMs,
    signal,
    startedAt,
  });
  const quietAfterMs = systemClock.now() - (active.healedAt() ?? startedAt);
  verdicts.push(
    quiet.quiet
      ? {
          check: 'quiescence',
          status: 'pass',
          summary: `quiet ${Math.round(quiet.waitedMs)} ms after the workload`,
          evidence: [],
        }
      : {
          check: 'quiescence',
          status: 'fail',
          reason: 'stuck',
          summary: `work was still pending ${Math.round(quiet.waitedMs)} ms after the workload, with every fault healed`,
          evidence: quiet.pending.slice(0, 20),
        },
  );
  return { state: quiet.state, quietAfterMs };
}

function workloadVerdict(cause: unknown, outer: AbortSignal, limit: AbortSignal): Verdict {
  const base = { check: 'workload', evidence: [] };
  if (outer.aborted)
    return { ...base, status: 'unknown', reason: 'interrupted', summary: 'the run was ended from outside' };
  if (limit.aborted)
    return { ...base, status: 'unknown', reason: 'timed-out', summary: 'the case passed its deadline' };
  return { ...base, status: 'fail', reason: 'workload-failed', summary: `the workload failed: ${messageOf(cause)}` };
}
