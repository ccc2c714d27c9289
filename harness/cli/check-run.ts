/** Every case of a saved run judged again, each with the verdict it was given when it was recorded. */
import { join } from 'node:path';
import {
  type CaseResult,
  HarnessError,
  type RunFile,
  type Verdict,
  type VerdictStatus,
  worstOf,
} from '../core/index.ts';
import { judgeCaseAgain, type ReadCase } from '../experiment/index.ts';
import { readHistory } from '../history/index.ts';
import { judgeLoadAgain } from '../load/index.ts';

/** One case, as it was and as it is. */
export interface Again {
  readonly name: string;
  readonly kind: 'control' | 'case' | 'load';
  readonly case: string;
  readonly recorded: VerdictStatus;
  readonly verdict: VerdictStatus;
  readonly verdicts: readonly (Verdict & { readonly was: VerdictStatus })[];
}

export interface RunAgain {
  readonly cases: readonly Again[];
  /** Verdicts that stand as they were recorded: contracts, a load whose ledger was never read. */
  readonly kept: readonly VerdictStatus[];
  /** What was thrown where a history or points could not be read. */
  readonly unreadable: readonly unknown[];
}

export async function judgeRunAgain(run: RunFile, folder: string): Promise<RunAgain> {
  const cases: Again[] = [];
  const unreadable: unknown[] = [];
  const kept: VerdictStatus[] = run.contracts ? [run.contracts.verdict] : [];
  const attempt = async (work: () => Promise<Again | undefined>, recorded: VerdictStatus) => {
    try {
      const again = await work();
      if (again) cases.push(again);
      else kept.push(recorded);
    } catch (thrown) {
      if (!(thrown instanceof HarnessError)) throw thrown;
      unreadable.push(thrown);
    }
  };
  const read = (caseId: string) => readCase(folder, caseId);
  for (const { slug, control, case: withFaults, verdict } of run.experiments) {
    await attempt(() => caseAgain(slug, control, run, read), verdict);
    if (withFaults) await attempt(() => caseAgain(slug, withFaults, run, read), verdict);
    // Without a case nothing is known of the promise, however well the control run went.
    else kept.push(worstOf([verdict, 'unknown']));
  }
  if (run.load) await attempt(() => loadAgain(run, folder, read), run.load.verdict);
  return { cases, kept, unreadable };
}

async function caseAgain(
  name: string,
  result: CaseResult,
  { topology }: RunFile,
  read: (caseId: string) => Promise<ReadCase>,
): Promise<Again> {
  const { verdicts, verdict } = await judgeCaseAgain(result, topology, read);
  const base = { name, kind: result.kind, case: result.id, recorded: result.verdict };
  return { ...base, verdict, verdicts: besides(verdicts, result.verdicts) };
}

async function loadAgain(
  { load, topology }: RunFile,
  folder: string,
  read: (caseId: string) => Promise<ReadCase>,
): Promise<Again | undefined> {
  if (load?.judged === undefined) return undefined;
  const pointsFile = join(folder, load.points);
  const verdicts = (await judgeLoadAgain(load, topology, { ...(await read(load.caseId)), pointsFile })) ?? [];
  const base = { name: load.scenario, kind: 'load' as const, case: load.caseId, recorded: load.verdict };
  const verdict = worstOf(verdicts.map(({ status }) => status));
  return { ...base, verdict, verdicts: besides(verdicts, load.verdicts) };
}

function besides(verdicts: readonly Verdict[], recorded: readonly Verdict[]): Again['verdicts'] {
  return verdicts.map((verdict, index) => ({ ...verdict, was: recorded[index]?.status ?? 'unknown' }));
}

/** A whole history under another case's name is not that case's. */
async function readCase(folder: string, caseId: string): Promise<ReadCase> {
  const file = join(folder, 'history', `${caseId}.ndjson`);
  const { header, records, state } = await readHistory(file);
  if (header.case === caseId) return { records, state };
  const message = `the history ${file} is that of the case ${header.case}`;
  throw new HarnessError({ code: 'bad-file', message, hint: 'a history is evidence: record the run again' });
}
