/** A program written in Go: an environment variable, PATH, or built once by `go build` from a pinned module (go.sum checks every source). */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HarnessError } from '../core/index.ts';
import type { CacheContext } from './cache.ts';
import { mustRun } from './command.ts';
import { obtainEntry, type Recipe } from './entry.ts';
import { askProgram, findOnPath, isExecutable } from './probe.ts';
import { stampedVersion } from './stamp.ts';

export interface GoProgram {
  /** Name of the tool, and of its cache entry. */
  readonly tool: 'toxiproxy' | 'k6';
  /** As a sentence names it. */
  readonly title: string;
  /** What is built. */
  readonly version: string;
  /** Environment variable that names a binary. */
  readonly variable: string;
  readonly binary: string;
  /** Folder of go.mod and go.sum. */
  readonly moduleFolder: string;
  readonly package: string;
  readonly ldflags: string;
  /** Arguments and pattern by which a binary tells its version. */
  readonly ask: readonly [readonly string[], RegExp];
  isGood(version: string): boolean;
  /** What is good enough, as in "2.12.0 is needed". */
  readonly needed: string;
  /** Go that builds it. */
  readonly go: string;
}

export interface FoundGoProgram {
  readonly path: string;
  readonly version: string;
  /** The environment variable, PATH or cache. */
  readonly from: string;
}

/** The given or installed binary, where there is a good one. Throws `tool-broken` where the environment variable names a bad one. */
export async function findGoProgram(
  program: GoProgram,
  root: string,
  env = process.env,
): Promise<FoundGoProgram | undefined> {
  const given = env[program.variable];
  const versionOf = (path: string) => stampedVersion(root, path, (asked) => askVersion(program, asked));
  if (given) {
    const version = isExecutable(given) ? await versionOf(given) : undefined;
    if (version !== undefined && program.isGood(version)) return { path: given, version, from: program.variable };
    const what = version ? `version ${version}` : `no ${program.binary} that runs`;
    throw new HarnessError({
      code: 'tool-broken',
      message: `${program.variable} names ${given}, which is ${what}; ${program.needed} is needed`,
      hint: `correct it, or unset it to have ${program.title} built.`,
    });
  }
  const onPath = findOnPath(program.binary, env.PATH);
  const version = onPath === undefined ? undefined : await versionOf(onPath);
  return onPath !== undefined && version !== undefined && program.isGood(version)
    ? { path: onPath, version, from: 'PATH' }
    : undefined;
}

/** The binary, built now where it is not there. */
export async function obtainGoProgram(program: GoProgram, context: CacheContext): Promise<FoundGoProgram> {
  const found = await findGoProgram(program, context.root);
  if (found !== undefined) return found;
  const entry = await obtainEntry(context, goRecipe(program, context.signal));
  return { path: join(entry.folder, program.binary), version: program.version, from: 'cache' };
}

export function goRecipe(program: GoProgram, signal?: AbortSignal): Recipe {
  const { tool, version, binary, moduleFolder, title } = program;
  const pins = readFileSync(join(moduleFolder, 'go.mod'), 'utf8') + readFileSync(join(moduleFolder, 'go.sum'), 'utf8');
  return {
    tool,
    name: `${tool}-${version}`,
    key: `${pins} ${process.platform}-${process.arch}`,
    what: `building ${tool} ${version} with go`,
    make: async (draft) => {
      const made = join(draft, binary);
      await build(program, made, signal);
      const told = await askVersion(program, made);
      if (told === version) return { version };
      throw new HarnessError({
        code: 'tool-broken',
        message: `the ${title} that was built says it is ${told ?? 'nothing'}, not ${version}`,
        hint: hintOf(program),
      });
    },
  };
}

async function build(program: GoProgram, binary: string, signal?: AbortSignal): Promise<void> {
  const { title, version, moduleFolder, ldflags } = program;
  const go = findOnPath('go');
  if (go === undefined) {
    throw new HarnessError({
      code: 'tool-missing',
      message: `${title} ${version} is not here and cannot be built, because go is not on PATH`,
      hint: hintOf(program),
    });
  }
  const args = ['build', '-mod=readonly', '-trimpath', '-ldflags', ldflags, '-o', binary, program.package];
  await mustRun(`building ${title}`, go, args, {
    cwd: moduleFolder,
    env: { CGO_ENABLED: '0', GOWORK: 'off' },
    signal,
    hint: `see what go says above; or ${hintOf(program)}`,
  });
}

function hintOf({ go, variable, binary, needed }: GoProgram): string {
  return `install Go ${go} or newer (https://go.dev/dl), or set ${variable} to a ${binary} ${needed}.`;
}

function askVersion({ ask: [args, pattern] }: GoProgram, path: string): Promise<string | undefined> {
  return askProgram(path, [...args], pattern);
}
