/** Looking for programs and asking them for their version. */
import { execFile } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** A program that does not tell its version within this time is taken for one that does not run. */
const PATIENCE_MS = 20_000;

/** The first executable file called `name` on PATH. */
export function findOnPath(name: string, path = process.env.PATH ?? ''): string | undefined {
  return path
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name))
    .find(isExecutable);
}

export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** The first group of `pattern` in what the program says; undefined where it does not run, fails, or says something else. */
export function askProgram(file: string, args: readonly string[], pattern: RegExp): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(file, args, { timeout: PATIENCE_MS, killSignal: 'SIGKILL' }, (error, stdout, stderr) => {
      resolve(error === null ? pattern.exec(`${stdout}\n${stderr}`)?.[1] : undefined);
    });
  });
}
