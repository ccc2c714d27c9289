/** Where the user cache is, and what is said when it cannot be written. */
import { chmodSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { HarnessError } from '../core/index.ts';
import type { SetupReport } from './types.ts';

const DISK_TROUBLE: readonly string[] = ['ENOSPC', 'EDQUOT', 'EROFS'];
const FOLDER_TROUBLE: readonly string[] = ['EACCES', 'EPERM', 'ENOTDIR', 'EEXIST', 'ENOENT'];

export interface CacheContext {
  readonly root: string;
  readonly report: SetupReport;
  readonly signal?: AbortSignal;
}

/** `FAULTLINE_CACHE`, else `faultline` in the XDG cache folder. */
export function cacheRoot(env: NodeJS.ProcessEnv = process.env): string {
  if (env.FAULTLINE_CACHE) return resolve(env.FAULTLINE_CACHE);
  const base = env.XDG_CACHE_HOME?.startsWith('/') ? env.XDG_CACHE_HOME : join(homedir(), '.cache');
  return join(base, 'faultline');
}

/** True when the disk itself is why a write failed: full, over quota, or read-only. */
export function isDiskTrouble(error: unknown): boolean {
  return DISK_TROUBLE.includes((error as NodeJS.ErrnoException | undefined)?.code ?? '');
}

/** Turns a file system's refusal into one sentence about the cache. */
export function cacheTrouble(error: unknown, root: string): unknown {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  if (code === undefined || !(DISK_TROUBLE.includes(code) || FOLDER_TROUBLE.includes(code))) return error;
  const full = code === 'ENOSPC' || code === 'EDQUOT';
  return new HarnessError({
    code: 'cache-unwritable',
    message: `the cache folder ${root} ${full ? 'is on a full disk' : 'cannot be written'} (${code})`,
    hint: 'make it writable, or set FAULTLINE_CACHE to a folder that is.',
    facts: { root, errno: code },
    cause: error,
  });
}

/** Traversable by others whatever the umask: an unprivileged Postgres lives below it. */
export function makeOpenFolder(folder: string): void {
  if (mkdirSync(folder, { recursive: true }) !== undefined) chmodSync(folder, 0o755);
}
