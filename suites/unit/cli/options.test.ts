/** Values on the command line, and which exit code goes first. */
import { expect, test } from 'vitest';
import { durationMs, pair, wholeNumber } from '../../../harness/cli/options.ts';
import { exitCodeOf } from '../../../harness/cli/save-run.ts';

test('durations take a unit', () => {
  expect([durationMs('500ms'), durationMs('1.5s'), durationMs('2m')]).toEqual([500, 1_500, 120_000]);
  expect(() => durationMs('10')).toThrow('"10" is not a duration');
});

test('whole numbers are whole', () => {
  expect(wholeNumber('42')).toBe(42);
  for (const wrong of ['-1', '1.5', 'x', '', '1e3']) expect(() => wholeNumber(wrong)).toThrow('is not a whole number');
});

test('options are collected as name=value, with numbers and booleans as such', () => {
  expect(pair('latencyMs=800', pair('silent=true', { at: 'after' }))).toEqual({
    at: 'after',
    silent: true,
    latencyMs: 800,
  });
  expect(() => pair('novalue', {})).toThrow('is not name=value');
});

test('of several exit codes 3 goes before 1 before 2', () => {
  expect(exitCodeOf('pass', [], false)).toBe(0);
  expect(exitCodeOf('fail', [], false)).toBe(1);
  expect(exitCodeOf('unknown', [], false)).toBe(2);
  expect(exitCodeOf('fail', ['the wire died'], false)).toBe(3);
  expect(exitCodeOf('fail', [], true)).toBe(130);
});
