/** Time, chance and output go through one place; what may not is listed with its reason. */
import { expect, test } from 'vitest';
import { shown, sourceFiles } from './project-files.ts';
import { ALLOWED, bannedViolations } from './rules/banned.ts';
import { codeOnly } from './rules/code-only.ts';

test('no banned call stands in our code', () => {
  expect(shown(bannedViolations(sourceFiles))).toEqual([]);
});

test('every allowance has a reason', () => {
  for (const { path, reason } of ALLOWED) expect(reason.length, path).toBeGreaterThan(10);
});

test.each([
  'const x = Math.random();',
  'const now = Date.now();',
  'const now = new Date();',
  "console.log('hello');",
  "test.only('one', () => {});",
  "describe.skip('one', () => {});",
  'await new Promise((resolve) => setTimeout(resolve, 50));',
  "import { setTimeout } from 'node:timers/promises';",
  'const x = value as any;',
])('the planted %s is caught', (text) => {
  expect(bannedViolations([{ path: 'harness/core/planted.ts', text }], []).length).toBeGreaterThan(0);
});

test('comments, texts and patterns may speak of them', () => {
  const text = [
    '/** Math.random is banned. */',
    "const say = 'Date.now()'; // console.log()",
    'const at = new Date(0);',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is code in a text
    'const script = `setTimeout(${at}, 5)`;',
    'const pattern = /Date\\.now|as any/;',
  ].join('\n');
  expect(bannedViolations([{ path: 'harness/core/fine.ts', text }], [])).toEqual([]);
});

test('code within a template is code', () => {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is code in a text
  expect(codeOnly('const x = `a ${Date.now()} b ${{ y: 1 }.y} c`;')).toMatch(/Date\.now\(\).*\{ y: 1 \}\.y/);
  expect(codeOnly('a / b / c; // d\nreturn /x"y/.test(z);').split('\n')[1]).toMatch(/return\s+\.test\(z\);/);
});

test('an allowance that nothing needs is a violation itself', () => {
  const stale = { path: 'harness/core/clock.ts', call: 'setTimeout', reason: 'the one place where time passes' };
  expect(bannedViolations([{ path: 'harness/core/clock.ts', text: '' }], [stale])).toHaveLength(1);
});
