/** The rank test agrees with published tables and with counting by hand; many tests at once share one alpha. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { corrected } from '../../../harness/report/compare/correction.ts';
import { isLarger } from '../../../harness/report/compare/mann-whitney.ts';

const values = (min: number, max: number, length: number) =>
  fc.array(fc.integer({ min, max }), { minLength: 1, maxLength: length });

/** All ways to choose `size` of the values, by brute force. */
function* choices(all: readonly number[], size: number, from = 0): Generator<number[]> {
  if (size === 0) yield [];
  else
    for (let at = from; at <= all.length - size; at++)
      for (const rest of choices(all, size - 1, at + 1)) yield [all[at] as number, ...rest];
}

const uOf = (first: readonly number[], second: readonly number[]) =>
  second.flatMap((b) => first.map((a) => (b > a ? 1 : b === a ? 0.5 : 0))).reduce((sum: number, one) => sum + one, 0);

describe('the rank test', () => {
  test('gives the p of complete separation: one of all arrangements', () => {
    expect(isLarger([1, 2, 3], [4, 5, 6])).toEqual({ u: 9, p: 1 / 20, leastP: 1 / 20 });
    expect(isLarger([1, 2, 3, 4, 5], [6, 7, 8, 9, 10]).p).toBeCloseTo(1 / 252, 12);
    expect(isLarger([4, 5, 6], [1, 2, 3]).p).toBe(1);
  });

  test('agrees with the published critical values (one-sided 0.05: U at most 4 of 5 and 5, 27 of 10 and 10)', () => {
    // With n = 5 and 5 the smaller U may be 4 (p 0.0476), not 5 (p 0.0754).
    expect(isLarger([1, 2, 3, 4, 9], [5, 6, 7, 8, 10])).toMatchObject({ u: 21 });
    expect(isLarger([1, 2, 3, 4, 9], [5, 6, 7, 8, 10]).p).toBeCloseTo(0.0476, 4);
    expect(isLarger([1, 2, 3, 4, 10], [5, 6, 7, 8, 9]).p).toBeCloseTo(0.0754, 4);
  });

  test('counts what brute force counts, ties included', () => {
    fc.assert(
      fc.property(values(0, 6, 5), values(0, 6, 5), (first, second) => {
        const { u, p } = isLarger(first, second);
        expect(u).toBe(uOf(first, second));
        const pooled = [...first, ...second];
        const places = [...pooled.keys()];
        const chosen = [...choices(places, second.length)];
        const asLarge = chosen.filter((picked) => {
          const rest = places.filter((place) => !picked.includes(place));
          return (
            uOf(
              rest.map((at) => pooled[at] as number),
              picked.map((at) => pooled[at] as number),
            ) >=
            u - 1e-9
          );
        });
        expect(p).toBeCloseTo(asLarge.length / chosen.length, 10);
      }),
      { numRuns: 60 },
    );
  });

  test('says nothing where all values are one, and never a p outside 0 to 1', () => {
    expect(isLarger([7, 7, 7], [7, 7, 7])).toMatchObject({ p: 1, leastP: 1 });
    fc.assert(
      fc.property(values(0, 1_000, 40), values(0, 1_000, 40), (first, second) => {
        const { p, leastP } = isLarger(first, second);
        expect(p).toBeGreaterThanOrEqual(leastP - 1e-12);
        expect(p).toBeLessThanOrEqual(1 + 1e-12);
        expect(leastP).toBeGreaterThan(0);
      }),
    );
  });

  test('goes over to the normal approximation without a jump', () => {
    const ramp = (count: number, step: number) => Array.from({ length: count }, (_, index) => index + step);
    const exact = isLarger(ramp(25, 0), ramp(25, 4.5)).p;
    const approximate = isLarger(ramp(26, 0), ramp(26, 4.5)).p;
    expect(Math.abs(exact - approximate)).toBeLessThan(0.02);
  });
});

describe('many tests at once', () => {
  test('share one alpha by Holm: the smallest p is multiplied by how many there are', () => {
    const tests = [0.01, 0.04, 0.03].map((p) => ({ p, leastP: 0.0001 }));
    expect(corrected(tests, 0.05).map(({ p }) => Number(p.toFixed(4)))).toEqual([0.03, 0.06, 0.06]);
  });

  test('those that could never be significant cost the others nothing', () => {
    const hopeless = Array.from({ length: 50 }, () => ({ p: 0.3, leastP: 0.2 }));
    const [first, ...rest] = corrected([{ p: 0.004, leastP: 0.004 }, ...hopeless], 0.05);
    expect(first).toEqual({ testable: true, p: 0.004 });
    expect(rest.every(({ testable }) => !testable)).toBe(true);
  });

  test('too few runs beside too many figures are not testable at all', () => {
    const tests = Array.from({ length: 11 }, () => ({ p: 1 / 20, leastP: 1 / 20 }));
    expect(corrected(tests, 0.05).some(({ testable }) => testable)).toBe(false);
    expect(corrected([], 0.05)).toEqual([]);
  });

  test('an alpha of 0.05 is kept over all figures when nothing changed', () => {
    // All arrangements of 5 and 5 are equally likely: the family is wrong where any of 8 figures is below alpha.
    const p = [...choices([...Array(10).keys()], 5)].map(
      (picked) =>
        isLarger(
          [...Array(10).keys()].filter((one) => !picked.includes(one)),
          picked,
        ).p,
    );
    const least = Math.min(...p);
    const others = Array(7).fill({ p: 1, leastP: least });
    const significant = p.filter(
      (one) => Number(corrected([{ p: one, leastP: least }, ...others], 0.05)[0]?.p) <= 0.05,
    );
    expect(1 - (1 - significant.length / p.length) ** 8).toBeLessThanOrEqual(0.05);
  });
});
