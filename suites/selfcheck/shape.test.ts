/** Source files are small, narrow, named well, and say what they are. */
import { expect, test } from 'vitest';
import { shown, sourceFiles } from './project-files.ts';
import {
  headerViolations,
  linesOf,
  lineViolations,
  MANY_LINES,
  nameViolations,
  sizeViolations,
} from './rules/shape.ts';

test('no file is longer than the limit', ({ annotate }) => {
  for (const { path, text } of sourceFiles) {
    if (linesOf(text) > MANY_LINES) annotate(`${path} has ${linesOf(text)} lines: what is its second noun?`);
  }
  expect(shown(sizeViolations(sourceFiles))).toEqual([]);
});

test('no line is wider than the limit', () => {
  expect(shown(lineViolations(sourceFiles))).toEqual([]);
});

test('every file begins with a sentence that says what it is', () => {
  expect(shown(headerViolations(sourceFiles))).toEqual([]);
});

test('every file is named in kebab-case, after what it holds', () => {
  expect(shown(nameViolations(sourceFiles))).toEqual([]);
});

test('planted violations are caught', () => {
  const path = 'harness/core/planted.ts';
  expect(sizeViolations([{ path, text: 'x\n'.repeat(301) }])).toHaveLength(1);
  expect(sizeViolations([{ path, text: 'x\n'.repeat(300) }])).toHaveLength(0);
  expect(lineViolations([{ path, text: `ok\n${'x'.repeat(161)}` }])).toMatchObject([{ line: 2 }]);
  expect(headerViolations([{ path, text: "import { x } from './x.ts';" }])).toHaveLength(1);
  expect(headerViolations([{ path, text: '#!/usr/bin/env node\n/** Starts the program on Node 24. */\n' }])).toEqual(
    [],
  );
  expect(
    nameViolations([
      { path: 'harness/core/utils.ts', text: '' },
      { path: 'a/camelCase.ts', text: '' },
    ]),
  ).toHaveLength(2);
});
