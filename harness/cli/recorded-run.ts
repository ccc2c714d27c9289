/** What every command that runs something in a lab has in common: a folder, a lab, the work, the record of it, the end. */
import {
  type ContractMatrix,
  type DefectResult,
  type ExperimentResult,
  type Lab,
  type LoadResult,
  messageOf,
  type RunFile,
  type ShardInfo,
  systemClock,
  type Topology,
} from '../core/index.ts';
import { type HeldLab, holdLab } from './hold-lab.ts';
import { INTERRUPTED, interruptSignal } from './interrupt.ts';
import { makeRunFolder, pointLatest, type RunFolder } from './run-folder.ts';
import { beginRun, saveRun } from './save-run.ts';
import { reportError, say } from './terminal.ts';

export interface RecordedRunOptions {
  readonly name: string;
  /** Name in the folder's name. Default: `name`. */
  readonly folderName?: string;
  readonly topology: Topology;
  readonly seed: number;
  /** Boot a lab of its own although one is up. */
  readonly fresh?: boolean;
  /** `reports/runs/latest` leads to it afterwards. */
  readonly latest: boolean;
  /** Slugs of the experiments that are to give a result. */
  readonly planned: readonly string[];
  readonly repeat?: number;
  readonly bail?: boolean;
  readonly shard?: ShardInfo;
}

/** Where the work is done. */
export interface Workplace {
  readonly lab: Lab;
  readonly folder: RunFolder;
  readonly signal: AbortSignal;
}

/** Filled in as the work goes on: what stands here is written, whatever ends the work. */
export interface Findings {
  contracts?: ContractMatrix;
  experiments: readonly ExperimentResult[];
  defects?: readonly DefectResult[];
  load?: LoadResult;
  problems: string[];
}

export interface Recorded {
  readonly run: RunFile;
  readonly folder: RunFolder;
  /** 130 after Ctrl-C, else that of the run. */
  readonly exitCode: number;
}

/**
 * Once the folder is made it gets its run.json and page, whatever happens: a lab that does not come up and a harness that fails are
 * problems of the run, and Ctrl-C makes it an interrupted one.
 */
export async function recordedRun(
  options: RecordedRunOptions,
  work: (at: Workplace, findings: Findings) => Promise<void>,
): Promise<Recorded> {
  const signal = interruptSignal();
  const startedAt = systemClock.now();
  const { name, folderName = name, topology, seed, fresh = false, shard } = options;
  const folder = await makeRunFolder(folderName, startedAt);
  await beginRun({ name, folder, startedAt, seed, topology, shard });
  const findings: Findings = { experiments: [], problems: [] };
  let held: HeldLab | undefined;
  try {
    try {
      held = await holdLab({ topology, folder: folder.path, signal, fresh });
      await work({ lab: held.lab, folder, signal }, findings);
    } catch (thrown) {
      if (!signal.aborted) noteProblem(thrown, findings);
    }
    const { planned, repeat, bail } = options;
    const interrupted = signal.aborted;
    const run = await saveRun({
      ...{ name, folder, startedAt, seed, topology, interrupted, ...findings },
      ...(held ? { lab: held.lab, planned } : { planned: [] }),
      ...{ repeat, bail, shard },
    });
    for (const problem of run.problems.slice(findings.problems.length)) say(`problem: ${problem}`);
    const empty = run.experiments.length === 0 && !run.contracts && !run.defects && !run.load;
    if (options.latest && !(interrupted && empty)) await pointLatest(folder);
    return { run, folder, exitCode: signal.aborted ? INTERRUPTED : run.exitCode };
  } finally {
    await held?.letGo();
  }
}

function noteProblem(thrown: unknown, { problems }: Findings): void {
  reportError(thrown);
  problems.push(messageOf(thrown));
}
