/** k6: FAULTLINE_K6, PATH, or built once by `go build` from the pinned module in k6/ (go.sum checks every source). Only load needs it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { HarnessError } from '../core/index.ts';
import type { CacheContext } from './cache.ts';
import { mustRun } from './command.ts';
import { obtainEntry, type Recipe } from './entry.ts';
import { askProgram, findOnPath, isExecutable } from './probe.ts';
import { stampedVersion } from './stamp.ts';

export const K6_VERSION = '2.2.0';

const MODULE_FOLDER = fileURLToPath(new URL('./k6/', import.meta.url));
const PACKAGE = 'go.k6.io/k6/v2';
const BINARY = 'k6';
/** TypeScript scenarios run as they are, and the exit codes are as we read them, from this one on. */
const OLDEST = 1;
const HINT = `install Go 1.25 or newer (https://go.dev/dl), or set FAULTLINE_K6 to a k6 ${OLDEST}.0 or newer.`;

export interface FoundK6 {
  readonly path: string;
  readonly version: string;
  readonly from: 'FAULTLINE_K6' | 'PATH' | 'cache';
}

/** The given or installed k6, where there is a good one. Throws `tool-broken` where FAULTLINE_K6 names a bad one. */
export async function findK6(root: string, env = process.env): Promise<FoundK6 | undefined> {
  const given = env.FAULTLINE_K6;
  if (given) {
    const version = isExecutable(given) ? await stampedVersion(root, given, askVersion) : undefined;
    if (version !== undefined && isGood(version)) return { path: given, version, from: 'FAULTLINE_K6' };
    const what = version ? `version ${version}` : 'no k6 that runs';
    throw new HarnessError({
      code: 'tool-broken',
      message: `FAULTLINE_K6 names ${given}, which is ${what}; ${OLDEST}.0 or newer is needed`,
      hint: 'correct it, or unset it to have k6 built.',
    });
  }
  const onPath = findOnPath(BINARY, env.PATH);
  const version = onPath === undefined ? undefined : await stampedVersion(root, onPath, askVersion);
  return onPath !== undefined && version !== undefined && isGood(version)
    ? { path: onPath, version, from: 'PATH' }
    : undefined;
}

/** The binary, built now where it is not there. */
export async function obtainK6(context: CacheContext): Promise<FoundK6> {
  const found = await findK6(context.root);
  if (found !== undefined) return found;
  const entry = await obtainEntry(context, k6Recipe(context.signal));
  return { path: join(entry.folder, BINARY), version: K6_VERSION, from: 'cache' };
}

export function k6Recipe(signal?: AbortSignal): Recipe {
  const pins =
    readFileSync(join(MODULE_FOLDER, 'go.mod'), 'utf8') + readFileSync(join(MODULE_FOLDER, 'go.sum'), 'utf8');
  return {
    tool: 'k6',
    name: `k6-${K6_VERSION}`,
    key: `${pins} ${process.platform}-${process.arch}`,
    what: `building k6 ${K6_VERSION} with go`,
    make: async (draft) => {
      const binary = join(draft, BINARY);
      await build(binary, signal);
      const version = await askVersion(binary);
      if (version !== K6_VERSION) throw builtWrong(version);
      return { version };
    },
  };
}

async function build(binary: string, signal?: AbortSignal): Promise<void> {
  const go = findOnPath('go');
  if (go === undefined) {
    throw new HarnessError({
      code: 'tool-missing',
      message: `k6 ${K6_VERSION} is not here and cannot be built, because go is not on PATH`,
      hint: HINT,
    });
  }
  const args = ['build', '-mod=readonly', '-trimpath', '-ldflags', '-s -w', '-o', binary, PACKAGE];
  await mustRun('building k6', go, args, {
    cwd: MODULE_FOLDER,
    env: { CGO_ENABLED: '0', GOWORK: 'off' },
    signal,
    hint: `see what go says above; or ${HINT}`,
  });
}

function isGood(version: string): boolean {
  return Number(version.split('.')[0]) >= OLDEST;
}

const askVersion = (path: string) => askProgram(path, ['version'], /k6 v(\d+\.\d+\.\d+)/);

function builtWrong(version: string | undefined): HarnessError {
  return new HarnessError({
    code: 'tool-broken',
    message: `the k6 that was built says it is ${version ?? 'nothing'}, not ${K6_VERSION}`,
    hint: HINT,
  });
}
