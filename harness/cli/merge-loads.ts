/** `faultline report merge` of loads: saved runs of `faultline load` as one run, points and histories included. */
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { HarnessError, type LoadResult, type RunFile, systemClock } from '../core/index.ts';
import { mergeLoads } from '../load/index.ts';
import { makeRunFolder, pointLatest, type RunFolder } from './run-folder.ts';
import { type SavedRun, writeSavedRun } from './saved-run.ts';

type SavedLoadRun = SavedRun & { readonly run: RunFile & { readonly load: LoadResult } };

/** True when all are runs of `faultline load`; loads beside other runs are refused. */
export function areLoads(saved: readonly SavedRun[]): saved is readonly SavedLoadRun[] {
  const loads = saved.filter(({ run }) => run.load !== undefined);
  if (loads.length === 0 || loads.length === saved.length) return loads.length > 0;
  const stranger = saved.find(({ run }) => run.load === undefined);
  throw new HarnessError({
    code: 'bad-argument',
    message: `${loads[0]?.run.id} is a load and ${stranger?.run.id} is none: they cannot be one run`,
    hint: 'merge loads with loads, and parts of a split run with parts',
  });
}

export async function mergeLoadRuns(saved: readonly SavedLoadRun[]): Promise<{ run: RunFile; folder: RunFolder }> {
  const load = await mergeLoads(
    saved.map(({ folder, run }) => ({ run: run.id, load: run.load, pointsFile: join(folder, run.load.points) })),
  );
  const [first] = saved as [SavedLoadRun];
  for (const { run } of saved) refuseStranger(first.run, run);
  const folder = await makeRunFolder(`load-${load.scenario}-merged`, systemClock.now(), ['history']);
  const run = mergedRun(saved, load, folder.id);
  for (const { folder: from, run: part } of saved)
    await copyFile(join(from, part.load.history), join(folder.path, 'history', basename(part.load.history)));
  await joinPoints(saved, join(folder.path, load.points));
  await writeSavedRun({ folder: folder.path, run });
  await pointLatest(folder);
  return { run, folder };
}

function refuseStranger(first: RunFile, other: RunFile): void {
  const differs = first.topology.name !== other.topology.name ? 'the topology' : 'the runtime';
  if (first.topology.name === other.topology.name && first.runtime === other.runtime) return;
  throw new HarnessError({
    code: 'bad-argument',
    message: `${first.id} and ${other.id} are not loads of one kind: ${differs} differs`,
    hint: 'merge loads of one topology on one runtime',
  });
}

function mergedRun(saved: readonly SavedLoadRun[], load: LoadResult, id: string): RunFile {
  const [{ run: first }] = saved as [SavedLoadRun];
  const runs = saved.map(({ run }) => run);
  const interrupted = runs.some((run) => run.interrupted);
  const problems = runs.flatMap((run) => run.problems.map((problem) => `${run.id}: ${problem}`));
  const exitCode =
    problems.length > 0 || interrupted ? 3 : load.verdict === 'pass' ? 0 : load.verdict === 'fail' ? 1 : 2;
  return {
    ...first,
    id,
    name: `${first.name}, ${saved.length} merged`,
    startedAt: Math.min(...runs.map(({ startedAt }) => startedAt)),
    endedAt: Math.max(...runs.map(({ endedAt }) => endedAt)),
    load,
    verdict: load.verdict,
    exitCode,
    ...(interrupted ? { interrupted } : {}),
    problems,
    merged: {
      of: saved.length,
      missing: [],
      parts: runs.map(({ id: run, seed, startedAt, endedAt }, index) => ({
        ...{ index: index + 1, run, seed, mine: [], tookMs: endedAt - startedAt },
      })),
    },
  };
}

/** One after the other: points carry their own times. The header of the first stands for all. */
async function joinPoints(saved: readonly SavedLoadRun[], to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  for (const [index, { folder, run }] of saved.entries()) {
    const bytes = await readFile(join(folder, run.load.points));
    const from = index === 0 ? 0 : bytes.indexOf(10) + 1;
    await writeFile(to, bytes.subarray(from), { flag: index === 0 ? 'w' : 'a' });
  }
}
