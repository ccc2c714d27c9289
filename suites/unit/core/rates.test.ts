/** Bounds of a rate agree with tables and with the rule of three. */
import { expect, test } from 'vitest';
import { rateOf, rateText } from '../../../harness/core/index.ts';

test.each([
  [0, 3_000, 0.000998, 0],
  [0, 300, 0.009936, 0],
  [0, 10, 0.258866, 0],
  [1, 10, 0.394163, 0.005116],
  [2, 100, 0.061619, 0.003565],
  [10, 10, 1, 0.741134],
  [59, 60, 0.999145, 0.92336],
])('%i of %i: at most %f, at least %f', (count, of, atMost, atLeast) => {
  const rate = rateOf(count, of);
  expect(rate.atMost).toBeCloseTo(atMost, 5);
  expect(rate.atLeast).toBeCloseTo(atLeast, 5);
});

test('without a try nothing is known', () => {
  expect(rateOf(0, 0)).toMatchObject({ atMost: 1, atLeast: 0 });
});

test('texts round to the side that promises less', () => {
  expect(rateText(rateOf(0, 3_000), 'few')).toBe('0 of 3,000 (at most 0.1 %)');
  expect(rateText(rateOf(0, 300), 'few')).toBe('0 of 300 (at most 1 %)');
  expect(rateText(rateOf(60, 60), 'many')).toBe('60 of 60 (at least 95.1 %)');
});
