/** The folder of a run: made under its own name, with `latest` beside it. */
import { mkdir, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type ExperimentResult, HarnessError, messageOf } from '../core/index.ts';
import { PLACES } from './project.ts';

export interface RunFolder {
  readonly id: string;
  readonly path: string;
}

/** `reports/runs/<time>-<name>/`. */
export async function makeRunFolder(name: string, startedAt: number): Promise<RunFolder> {
  const stamp = new Date(startedAt).toISOString().replaceAll(/[-:]/g, '').slice(0, 15);
  const id = `${stamp}-${name}`;
  const path = join(PLACES.runs, id);
  try {
    await Promise.all(
      ['experiments', 'history', 'logs'].map((folder) => mkdir(join(path, folder), { recursive: true })),
    );
  } catch (cause) {
    const message = `the run folder ${path} cannot be made: ${messageOf(cause)}`;
    throw new HarnessError({ code: 'bad-file', message, hint: 'is reports/ writable?', cause });
  }
  return { id, path };
}

/** Points `reports/runs/latest` to the run. */
export async function pointLatest(folder: RunFolder): Promise<void> {
  const link = join(PLACES.runs, 'latest');
  const fresh = `${link}.${process.pid}`;
  await rm(fresh, { force: true });
  await symlink(basename(folder.path), fresh);
  await rename(fresh, link);
}

/** One finished experiment; whole or not there at all. */
export async function saveExperiment(runFolder: string, result: ExperimentResult): Promise<void> {
  const file = join(runFolder, 'experiments', `${result.slug}.json`);
  await writeFile(`${file}.partial`, JSON.stringify(result));
  await rename(`${file}.partial`, file);
}

/** The experiments that finished, in the order of `slugs`. */
export async function readExperiments(runFolder: string, slugs: readonly string[]): Promise<ExperimentResult[]> {
  const folder = join(runFolder, 'experiments');
  const files = (await readdir(folder)).filter((file) => file.endsWith('.json'));
  const results = await Promise.all(
    files.map(async (file) => JSON.parse(await readFile(join(folder, file), 'utf8')) as ExperimentResult),
  );
  return results.sort((a, b) => slugs.indexOf(a.slug) - slugs.indexOf(b.slug));
}
