/** Values on the command line, and which exit code goes first. */
import { expect, test } from 'vitest';
import { countFromOne, durationMs, pair, seedNumber } from '../../../harness/cli/options.ts';
import { exitCodeOf } from '../../../harness/cli/save-run.ts';

test('durations take a unit, and last at least a millisecond', () => {
  expect([durationMs('500ms'), durationMs('1.5s'), durationMs('2m')]).toEqual([500, 1_500, 120_000]);
  for (const wrong of ['10', '-1s', 's', '1h', '']) expect(() => durationMs(wrong)).toThrow('is not a duration');
  for (const wrong of ['0s', '0.1ms', '100000m']) expect(() => durationMs(wrong)).toThrow('out of range');
});

test('whole numbers are whole, counts begin at one, seeds have 32 bits', () => {
  expect(countFromOne('42')).toBe(42);
  expect([seedNumber('0'), seedNumber('4294967295')]).toEqual([0, 4_294_967_295]);
  for (const wrong of ['-1', '1.5', 'x', '', '1e3']) expect(() => seedNumber(wrong)).toThrow('is not a whole number');
  expect(() => countFromOne('0')).toThrow('must be 1 or more');
  expect(() => seedNumber('4294967296')).toThrow('must be from 0 to 4294967295');
});

test('options are collected as name=value, with numbers and booleans as such', () => {
  expect(pair('latencyMs=800', pair('silent=true', { at: 'after' }))).toEqual({
    at: 'after',
    silent: true,
    latencyMs: 800,
  });
  expect(() => pair('novalue', {})).toThrow('is not name=value');
  expect(() => pair('a=1', { a: 2 })).toThrow('"a" is given twice');
});

test('of several exit codes 3 goes before 1 before 2', () => {
  expect(exitCodeOf('pass', [], false)).toBe(0);
  expect(exitCodeOf('fail', [], false)).toBe(1);
  expect(exitCodeOf('unknown', [], false)).toBe(2);
  expect(exitCodeOf('fail', ['the wire died'], false)).toBe(3);
  expect(exitCodeOf('fail', [], true)).toBe(130);
});
