/** Judges what a load made: by its history, its points and the ledger. The same from a load that has just ended and from a saved one. */
import type {
  CheckSpec,
  FaultEvidence,
  FinalState,
  HistoryRecord,
  LoadCap,
  LoadNotJudged,
  LoadResult,
  Topology,
  Verdict,
} from '../core/index.ts';
import { judgeAttempts } from './judge-attempts.ts';
import { judgeCaps, judgeLedger } from './judge-load.ts';
import { whatCanBeJudged } from './kept-records.ts';
import { planLoadChecks } from './plan-checks.ts';
import { readAttempts } from './points-file.ts';

export interface MadeInput {
  readonly checks: readonly CheckSpec[];
  readonly caps: readonly LoadCap[];
  readonly topology: Topology;
  readonly caseId: string;
  readonly history: readonly HistoryRecord[];
  readonly state: FinalState;
  readonly faults: readonly FaultEvidence[];
  readonly quietAfterMs: number;
  readonly lostRecords: number;
  readonly pointsFile: string;
}

export interface MadeVerdicts {
  readonly verdicts: readonly Verdict[];
  readonly notJudged: readonly LoadNotJudged[];
}

export async function judgeMade({ checks, caps, pointsFile, ...input }: MadeInput): Promise<MadeVerdicts> {
  const { state, topology, history } = input;
  const { judged, notJudged } = whatCanBeJudged(await planLoadChecks(checks, topology), history.length);
  const wantsRequests = judged.some(({ requests }) => requests);
  const attempts = await readAttempts(pointsFile, wantsRequests);
  const verdicts = [
    ...judgeLedger(judged, { ...input, attempts }),
    ...judgeAttempts(attempts, state, topology),
    ...judgeCaps(caps, state),
  ];
  return { verdicts, notJudged };
}

/** A saved load judged again: facts of the load itself stand as they were recorded. Undefined where it was ended before its ledger was read. */
export async function judgeLoadAgain(
  load: LoadResult,
  topology: Topology,
  read: { readonly records: readonly HistoryRecord[]; readonly state: FinalState; readonly pointsFile: string },
): Promise<readonly Verdict[] | undefined> {
  if (load.judged === undefined) return undefined;
  const { at, ...judged } = load.judged;
  const { caseId, faults, quietAfterMs } = load;
  const { records: history, state, pointsFile } = read;
  const made = await judgeMade({ ...judged, topology, caseId, history, state, faults, quietAfterMs, pointsFile });
  return [...load.verdicts.slice(0, at), ...made.verdicts];
}
