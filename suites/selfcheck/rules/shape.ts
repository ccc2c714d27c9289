/** The shape of a source file: its size, the length of its lines, its header sentence, its name. */
import { basename } from 'node:path/posix';
import type { ProjectFile, Violation } from '../project-files.ts';

export const MOST_LINES = 300;
/** From here on one asks what the second noun is. */
export const MANY_LINES = 250;
/** Code is kept to 120 by the formatter; comments and texts that it can't break may be this long. */
export const MOST_COLUMNS = 160;

export function linesOf(text: string): number {
  return text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
}

export function sizeViolations(files: readonly ProjectFile[]): Violation[] {
  return files
    .filter(({ text }) => linesOf(text) > MOST_LINES)
    .map(({ path, text }) => ({ path, problem: `has ${linesOf(text)} lines, at most are ${MOST_LINES}` }));
}

export function lineViolations(files: readonly ProjectFile[]): Violation[] {
  return files.flatMap(({ path, text }) =>
    text
      .split('\n')
      .flatMap((line, index) =>
        line.length > MOST_COLUMNS
          ? [{ path, line: index + 1, problem: `is ${line.length} columns wide, at most ${MOST_COLUMNS}` }]
          : [],
      ),
  );
}

/** The first thing in a file (after `#!`) is a doc comment that says what it is. */
export function headerViolations(files: readonly ProjectFile[]): Violation[] {
  return files
    .filter(({ text }) => !/^(#!.*\n)?\/\*\*\s*(\n \*\s*)?\S.{15}/.test(text))
    .map(({ path }) => ({ path, line: 1, problem: 'does not begin with a sentence that says what it is' }));
}

export function nameViolations(files: readonly ProjectFile[]): Violation[] {
  return files.flatMap(({ path }) => {
    const name = basename(path);
    if (!/^[a-z0-9]+([.-][a-z0-9]+)*$/.test(name)) return [{ path, problem: 'is not named in kebab-case' }];
    return /^(utils?|helpers?|misc|common)\./.test(name) ? [{ path, problem: 'is named after nothing' }] : [];
  });
}
