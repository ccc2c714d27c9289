/** `faultline report merge`: the folders of a split run, or of several loads, put together as one run folder, histories included. */
import { copyFile, mkdir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { HarnessError, type RunFile, systemClock } from '../core/index.ts';
import { mergeRuns } from '../report/index.ts';
import { areLoads, mergeLoadRuns } from './merge-loads.ts';
import { makeRunFolder, pointLatest, type RunFolder } from './run-folder.ts';
import { findSavedRun, runFolderOf, type SavedRun, writeSavedRun } from './saved-run.ts';
import { say } from './terminal.ts';

export interface Merged {
  readonly run: RunFile;
  readonly folder: RunFolder;
}

/** Each of `named` is a part, or a folder that holds parts. */
export async function mergeParts(named: readonly string[], shards: number | undefined): Promise<Merged> {
  const parts: SavedRun[] = [];
  for (const folder of (await Promise.all(named.map(partsIn))).flat()) parts.push(await findSavedRun(folder));
  if (areLoads(parts)) return mergeLoadRuns(parts);
  const options = shards === undefined ? {} : { of: shards };
  const runs = parts.map(({ run }) => run);
  // Once with a name that does not matter: what cannot be merged makes no folder.
  const { name } = mergeRuns(runs, { ...options, id: 'merged' });
  const folder = await makeRunFolder(name, systemClock.now(), ['history']);
  const run = mergeRuns(runs, { ...options, id: folder.id });
  for (const part of parts) await copyHistories(part, folder);
  await writeSavedRun({ folder: folder.path, run });
  await pointLatest(folder);
  return { run, folder };
}

/** How far below a folder parts are looked for: artifact, run folder. */
const DEPTH = 3;

/** The folder itself where it holds a run, else those below it that do. */
async function partsIn(named: string): Promise<string[]> {
  const folder = await runFolderOf(named);
  const found = await runsBelow(folder, DEPTH);
  if (found.length > 0) return found;
  const message = `there is no part of a run in ${folder}`;
  throw new HarnessError({ code: 'bad-argument', message, hint: 'parts are made by faultline run --shard 1/2' });
}

async function runsBelow(folder: string, depth: number): Promise<string[]> {
  if (await isFile(join(folder, 'run.json'))) return [folder];
  if (depth === 0) return [];
  const inside = (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isDirectory());
  const found = await Promise.all(inside.map(({ name }) => runsBelow(join(folder, name), depth - 1)));
  return found.flat().sort();
}

async function copyHistories({ folder, run }: SavedRun, to: RunFolder): Promise<void> {
  const from = join(folder, 'history');
  const files = await readdir(from).catch((): string[] => []);
  await mkdir(join(to.path, 'history'), { recursive: true });
  for (const file of files.filter((name) => name.endsWith('.ndjson')))
    await copyFile(join(from, file), join(to.path, 'history', file));
  const wanted = run.experiments.flatMap(({ control, case: withFaults }) => [
    control,
    ...(withFaults ? [withFaults] : []),
  ]);
  const lost = wanted.filter(({ id }) => !files.includes(`${id}.ndjson`)).length;
  if (lost > 0)
    say(`${run.id} lacks ${lost} of ${wanted.length} histories: the page shows those experiments without a timeline`);
}

function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}
