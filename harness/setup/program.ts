/** A program that may be there already: named by an environment variable, or of a good version on PATH. */
import { HarnessError } from '../core/index.ts';
import { askProgram, findOnPath, isExecutable } from './probe.ts';
import { stampedVersion } from './stamp.ts';

export interface Program {
  /** As a sentence names it. */
  readonly title: string;
  /** Environment variable that names a binary. */
  readonly variable: string;
  readonly binary: string;
  /** Arguments and pattern by which a binary tells its version. */
  readonly ask: readonly [readonly string[], RegExp];
  isGood(version: string): boolean;
  /** What is good enough, as in "2.12.0 is needed". */
  readonly needed: string;
  /** What set-up does where there is none, as in "unset it to have Toxiproxy built". */
  readonly done: 'built' | 'fetched';
}

export interface FoundProgram {
  readonly path: string;
  readonly version: string;
  /** The environment variable, PATH or cache. */
  readonly from: string;
}

/** The given or installed binary, where there is a good one. Throws `tool-broken` where the environment variable names a bad one. */
export async function findProgram(
  program: Program,
  root: string,
  env = process.env,
): Promise<FoundProgram | undefined> {
  const given = env[program.variable];
  const versionOf = (path: string) => stampedVersion(root, path, (asked) => askVersion(program, asked));
  if (given) {
    const version = isExecutable(given) ? await versionOf(given) : undefined;
    if (version !== undefined && program.isGood(version)) return { path: given, version, from: program.variable };
    const what = version ? `version ${version}` : `no ${program.binary} that runs`;
    throw new HarnessError({
      code: 'tool-broken',
      message: `${program.variable} names ${given}, which is ${what}; ${program.needed} is needed`,
      hint: `correct it, or unset it to have ${program.title} ${program.done}.`,
    });
  }
  const onPath = findOnPath(program.binary, env.PATH);
  const version = onPath === undefined ? undefined : await versionOf(onPath);
  return onPath !== undefined && version !== undefined && program.isGood(version)
    ? { path: onPath, version, from: 'PATH' }
    : undefined;
}

/** What the binary says its version is; undefined where it does not run. */
export function askVersion({ ask: [args, pattern] }: Pick<Program, 'ask'>, path: string): Promise<string | undefined> {
  return askProgram(path, [...args], pattern);
}
