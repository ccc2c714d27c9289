/** The files of the project as git sees them: tracked ones, and new ones that are not ignored. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '../..');

export interface ProjectFile {
  /** Relative to the project, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

/** One thing that is not as it should be. */
export interface Violation {
  readonly path: string;
  readonly line?: number;
  readonly problem: string;
}

const BINARY = /\.(png|jpg|ico|woff2?|gz|jar)$/;

export const projectFiles: readonly ProjectFile[] = execFileSync(
  'git',
  ['ls-files', '-co', '--exclude-standard', '-z'],
  {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  },
)
  .split('\0')
  .filter((path) => path !== '' && !BINARY.test(path) && existsSync(join(ROOT, path)))
  .map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }));

/** Files we write as code. */
export const sourceFiles = projectFiles.filter(({ path }) => /\.(ts|mts|mjs|js)$/.test(path));

export function readProjectFile(path: string): string | undefined {
  return projectFiles.find((file) => file.path === path)?.text;
}

/** `path:line problem`, one a line: what a failing test shows. */
export function shown(violations: readonly Violation[]): string[] {
  return violations.map(({ path, line, problem }) => `${path}${line === undefined ? '' : `:${line}`} ${problem}`);
}
