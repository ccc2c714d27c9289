/** Toxiproxy: FAULTLINE_TOXIPROXY, PATH, or built once by `go build` from the pinned module in toxiproxy/ (go.sum checks every source). */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { HarnessError } from '../core/index.ts';
import type { CacheContext } from './cache.ts';
import { mustRun } from './command.ts';
import { obtainEntry, type Recipe } from './entry.ts';
import { askProgram, findOnPath, isExecutable } from './probe.ts';
import { stampedVersion } from './stamp.ts';

export const TOXIPROXY_VERSION = '2.12.0';

const MODULE_FOLDER = fileURLToPath(new URL('./toxiproxy/', import.meta.url));
const PACKAGE = 'github.com/Shopify/toxiproxy/v2';
const BINARY = 'toxiproxy-server';
const HINT = `install Go 1.24 or newer (https://go.dev/dl), or set FAULTLINE_TOXIPROXY to a ${BINARY} ${TOXIPROXY_VERSION}.`;

export interface FoundToxiproxy {
  readonly path: string;
  readonly version: string;
  readonly from: 'FAULTLINE_TOXIPROXY' | 'PATH' | 'cache';
}

/** The given or installed server, where there is a good one. Throws `tool-broken` where FAULTLINE_TOXIPROXY names a bad one. */
export async function findToxiproxy(root: string, env = process.env): Promise<FoundToxiproxy | undefined> {
  const given = env.FAULTLINE_TOXIPROXY;
  if (given) {
    const version = isExecutable(given) ? await stampedVersion(root, given, askVersion) : undefined;
    if (version !== undefined && isGood(version)) return { path: given, version, from: 'FAULTLINE_TOXIPROXY' };
    const what = version ? `version ${version}` : `no ${BINARY} that runs`;
    throw new HarnessError({
      code: 'tool-broken',
      message: `FAULTLINE_TOXIPROXY names ${given}, which is ${what}; ${TOXIPROXY_VERSION} is needed`,
      hint: 'correct it, or unset it to have Toxiproxy built.',
    });
  }
  const onPath = findOnPath(BINARY, env.PATH);
  const version = onPath === undefined ? undefined : await stampedVersion(root, onPath, askVersion);
  return onPath !== undefined && version !== undefined && isGood(version)
    ? { path: onPath, version, from: 'PATH' }
    : undefined;
}

/** The server's binary, built now where it is not there. */
export async function obtainToxiproxy(context: CacheContext): Promise<FoundToxiproxy> {
  const found = await findToxiproxy(context.root);
  if (found !== undefined) return found;
  const entry = await obtainEntry(context, toxiproxyRecipe(context.signal));
  return { path: join(entry.folder, BINARY), version: TOXIPROXY_VERSION, from: 'cache' };
}

export function toxiproxyRecipe(signal?: AbortSignal): Recipe {
  const pins =
    readFileSync(join(MODULE_FOLDER, 'go.mod'), 'utf8') + readFileSync(join(MODULE_FOLDER, 'go.sum'), 'utf8');
  return {
    tool: 'toxiproxy',
    name: `toxiproxy-${TOXIPROXY_VERSION}`,
    key: `${pins} ${process.platform}-${process.arch}`,
    what: `building toxiproxy ${TOXIPROXY_VERSION} with go`,
    make: async (draft) => {
      const binary = join(draft, BINARY);
      await build(binary, signal);
      const version = await askVersion(binary);
      if (version !== TOXIPROXY_VERSION) throw builtWrong(version);
      return { version };
    },
  };
}

async function build(binary: string, signal?: AbortSignal): Promise<void> {
  const go = findOnPath('go');
  if (go === undefined) {
    throw new HarnessError({
      code: 'tool-missing',
      message: `Toxiproxy ${TOXIPROXY_VERSION} is not here and cannot be built, because go is not on PATH`,
      hint: HINT,
    });
  }
  const stamp = `-s -w -X ${PACKAGE}.Version=${TOXIPROXY_VERSION}`;
  const args = ['build', '-mod=readonly', '-trimpath', '-ldflags', stamp, '-o', binary, `${PACKAGE}/cmd/server`];
  await mustRun('building Toxiproxy', go, args, {
    cwd: MODULE_FOLDER,
    env: { CGO_ENABLED: '0', GOWORK: 'off' },
    signal,
    hint: `see what go says above; or ${HINT}`,
  });
}

function isGood(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major === 2 && minor >= 12;
}

const askVersion = (path: string) => askProgram(path, ['--version'], /version (\d+\.\d+\.\d+)/);

function builtWrong(version: string | undefined): HarnessError {
  return new HarnessError({
    code: 'tool-broken',
    message: `the Toxiproxy that was built says it is ${version ?? 'nothing'}, not ${TOXIPROXY_VERSION}`,
    hint: HINT,
  });
}
