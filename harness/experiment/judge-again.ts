/** A saved case judged again by its history alone: the same checks, the same record, nothing booted. */
import { judge } from '../checks/index.ts';
import {
  type CaseResult,
  type FinalState,
  HarnessError,
  type HistoryRecord,
  type Topology,
  worstOf,
} from '../core/index.ts';

/** A history as it was read from disk. */
export interface ReadCase {
  readonly records: readonly HistoryRecord[];
  readonly state: FinalState;
}

/**
 * The result with fresh verdicts of its checks; what the run itself showed (workload, quiet, faults that landed, isolation) stands as it was
 * recorded. Throws `bad-file` where the result does not say by what it was judged.
 */
export async function judgeCaseAgain(
  result: CaseResult,
  topology: Topology,
  read: (caseId: string) => Promise<ReadCase>,
): Promise<CaseResult> {
  const { judged, verdicts: recorded, faults, quietAfterMs, id: caseId } = result;
  if (judged === undefined) {
    const message = `run.json does not say by which checks the case ${caseId} was judged`;
    throw new HarnessError({ code: 'bad-file', message, hint: 'it is of an older faultline: record the run again' });
  }
  const { checks, at, control, lostRecords } = judged;
  if (recorded.length < at + checks.length) {
    const message = `run.json holds ${recorded.length} verdicts of the case ${caseId}, and ${at + checks.length} were given: it was edited`;
    throw new HarnessError({ code: 'bad-file', message, hint: 'a run is evidence: record it again' });
  }
  const { records: history, state } = await read(caseId);
  const fresh = await judge(checks, {
    ...{ topology, caseId, history, state, faults, quietAfterMs },
    ...(lostRecords === undefined ? {} : { lostRecords }),
    ...(control === undefined ? {} : { control: (await read(control)).records }),
  });
  const verdicts = [...recorded.slice(0, at), ...fresh, ...recorded.slice(at + checks.length)];
  const verdict = worstOf(verdicts.map(({ status }) => status));
  const worst = verdicts.find(({ status }) => status === verdict && status !== 'pass');
  const { reason: _, ...rest } = result;
  return { ...rest, verdicts, verdict, ...(worst?.reason ? { reason: worst.reason } : {}) };
}
