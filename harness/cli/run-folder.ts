/** The folder of a run: made under its own name, with `latest` beside it. */
import { mkdir, readdir, readFile, rename, rm, rmdir, symlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type ExperimentResult, HarnessError, messageOf } from '../core/index.ts';
import { PLACES } from './project.ts';

export interface RunFolder {
  readonly id: string;
  readonly path: string;
}

const PARTS = ['experiments', 'history', 'logs'] as const;
const MOST_IN_ONE_SECOND = 100;

/** `reports/runs/<time>-<name>/`, with the parts it will need; another one of the same second gets a number of its own. */
export async function makeRunFolder(
  name: string,
  startedAt: number,
  parts: readonly (typeof PARTS)[number][] = PARTS,
): Promise<RunFolder> {
  const stamp = new Date(startedAt).toISOString().replaceAll(/[-:]/g, '').slice(0, 15);
  try {
    await mkdir(PLACES.runs, { recursive: true });
    const folder = await makeFirstFree(`${stamp}-${name}`);
    await Promise.all(parts.map((part) => mkdir(join(folder.path, part))));
    return folder;
  } catch (cause) {
    const message = `no run folder can be made in ${PLACES.runs}: ${messageOf(cause)}`;
    const hint = 'make it writable, or set FAULTLINE_REPORTS to a folder that is';
    throw new HarnessError({ code: 'bad-file', message, hint, cause });
  }
}

async function makeFirstFree(wanted: string): Promise<RunFolder> {
  for (let number = 1; ; number++) {
    const id = number === 1 ? wanted : `${wanted}-${number}`;
    const path = join(PLACES.runs, id);
    try {
      await mkdir(path);
      return { id, path };
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'EEXIST' || number >= MOST_IN_ONE_SECOND) throw cause;
    }
  }
}

/** Removes a folder in which nothing was written; true when it is gone. */
export async function dropEmptyFolder({ path }: RunFolder): Promise<boolean> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  if (entries.some((entry) => !entry.isDirectory())) return false;
  await Promise.all(PARTS.map((part) => rmdir(join(path, part)).catch(() => undefined)));
  return rmdir(path).then(
    () => true,
    () => false,
  );
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
