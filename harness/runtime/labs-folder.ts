/** Where labs leave their traces: journals beside the cache, data in memory where there is room. */
import { accessSync, chmodSync, constants, mkdirSync, readdirSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HarnessError, messageOf } from '../core/index.ts';
import { cacheRoot } from '../setup/index.ts';
import { type Journal, readJournal } from './journal.ts';

const ENDING = '.journal';
const MEMORY = '/dev/shm';
/** A memory file system with less than this free (containers often have 64 MiB) is left alone. */
const LEAST_FREE_BYTES = 1024 * 1024 * 1024;

/** Where journals are kept: beside the cache, or in the temporary folder where that cannot be written. */
export function labsFolder(): string {
  const folders = [join(cacheRoot(), 'labs'), join(tmpdir(), 'faultline-labs')];
  let trouble: unknown;
  for (const folder of folders) {
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      accessSync(folder, constants.W_OK);
      return folder;
    } catch (error) {
      trouble = error;
    }
  }
  throw new HarnessError({
    code: 'cache-unwritable',
    message: `neither ${folders.join(' nor ')} can be written: ${messageOf(trouble)}`,
    hint: 'Set FAULTLINE_CACHE to a folder that can.',
  });
}

export function journalFile(run: string): string {
  return join(labsFolder(), `${run}${ENDING}`);
}

/** Every journal there is. */
export function readJournals(): Journal[] {
  const folder = labsFolder();
  const names = readdirSync(folder).filter((name) => name.endsWith(ENDING));
  return names.flatMap((name) => readJournal(join(folder, name), name.slice(0, -ENDING.length)) ?? []);
}

/** The folder for the data of one lab, named but not made: it is journaled first. */
export function dataFolder(run: string): string {
  return join(hasRoom(MEMORY) ? MEMORY : tmpdir(), `faultline-${run}`);
}

/** Others may pass through: Postgres runs as a user of its own. */
export function makeDataFolder(folder: string): void {
  mkdirSync(folder, { mode: 0o711 });
  chmodSync(folder, 0o711);
}

/** Node keeps compiled modules here, for the warden, the wire and the services. */
export function compileCacheFolder(): string {
  return join(cacheRoot(), 'compiled');
}

function hasRoom(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize >= LEAST_FREE_BYTES;
  } catch {
    return false;
  }
}
