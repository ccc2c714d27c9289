/** A program written in Go: an environment variable, PATH, or built once by `go build` from a pinned module (go.sum checks every source). */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HarnessError } from '../core/index.ts';
import type { CacheContext } from './cache.ts';
import { mustRun } from './command.ts';
import { obtainEntry, type Recipe } from './entry.ts';
import { findOnPath } from './probe.ts';
import { askVersion, type FoundProgram, findProgram, type Program } from './program.ts';

export interface GoProgram extends Program {
  /** Name of the tool, and of its cache entry. */
  readonly tool: 'toxiproxy' | 'k6';
  /** What is built. */
  readonly version: string;
  /** Folder of go.mod and go.sum. */
  readonly moduleFolder: string;
  readonly package: string;
  readonly ldflags: string;
  /** Go that builds it. */
  readonly go: string;
}

/** The binary, built now where it is not there. */
export async function obtainGoProgram(program: GoProgram, context: CacheContext): Promise<FoundProgram> {
  const found = await findProgram(program, context.root);
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
