/** Versions of programs outside the cache, remembered by path, time and size so that they need not be started to be asked. */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, realpathSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

interface Stamp {
  readonly path: string;
  readonly mtimeMs: number;
  readonly sizeBytes: number;
  readonly version: string;
}

/** Names this very file: it changes whenever the file may have changed. */
export function fileMark(file: string): string {
  const path = realpathSync(file);
  const stat = statSync(path);
  return `${path} ${stat.size} ${stat.mtimeMs}`;
}

/**
 * The version of the program `file`: remembered where the file is the same as last time, else asked by `ask` and remembered.
 * A cache that cannot be written only means that it is asked each time.
 */
export async function stampedVersion(
  root: string,
  file: string,
  ask: (file: string) => Promise<string | undefined>,
): Promise<string | undefined> {
  const path = realpathSync(file);
  const stat = statSync(path);
  const stampFile = join(root, 'stamps', `${createHash('sha256').update(path).digest('hex').slice(0, 16)}.json`);
  const known = readStamp(stampFile);
  if (known?.path === path && known.mtimeMs === stat.mtimeMs && known.sizeBytes === stat.size) return known.version;
  const version = await ask(file);
  if (version !== undefined) writeStamp(stampFile, { path, mtimeMs: stat.mtimeMs, sizeBytes: stat.size, version });
  return version;
}

function readStamp(file: string): Stamp | undefined {
  try {
    const stamp = JSON.parse(readFileSync(file, 'utf8')) as Stamp;
    return typeof stamp.version === 'string' ? stamp : undefined;
  } catch {
    return undefined;
  }
}

function writeStamp(file: string, stamp: Stamp): void {
  try {
    mkdirSync(join(file, '..'), { recursive: true });
    const draft = `${file}.${process.pid}`;
    writeFileSync(draft, JSON.stringify(stamp));
    renameSync(draft, file);
  } catch {
    // Asked again next time.
  }
}
