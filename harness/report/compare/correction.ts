/**
 * Many tests at once: one in twenty is significant at 0.05 by chance alone. The threshold is shared out by Holm's procedure (S. Holm,
 * Scand. J. Statist. 6, 1979), among those tests only that could have been significant at all (R. E. Tarone, Biometrics 46, 1990).
 */

export interface Tested {
  readonly p: number;
  /** The smallest p the test could have had. */
  readonly leastP: number;
}

export interface Corrected {
  /** False when the samples are too few for any difference to show beside so many other tests. */
  readonly testable: boolean;
  /** p corrected for the number of tests, at most 1; to be held against alpha itself. */
  readonly p: number;
}

/** In the order of `tests`. */
export function corrected(tests: readonly Tested[], alpha: number): Corrected[] {
  const limit = testableLimit(tests, alpha);
  const order = [...tests.keys()]
    .filter((index) => (tests[index] as Tested).leastP <= limit)
    .sort((a, b) => (tests[a] as Tested).p - (tests[b] as Tested).p);
  const result: Corrected[] = tests.map(() => ({ testable: false, p: 1 }));
  let worst = 0;
  order.forEach((index, place) => {
    worst = Math.min(1, Math.max(worst, (tests[index] as Tested).p * (order.length - place)));
    result[index] = { testable: true, p: worst };
  });
  return result;
}

/** The largest alpha/k for which at most k tests can reach it. */
function testableLimit(tests: readonly Tested[], alpha: number): number {
  for (let k = 1; k <= tests.length; k++) {
    if (tests.filter(({ leastP }) => leastP <= alpha / k).length <= k) return alpha / k;
  }
  return alpha / Math.max(1, tests.length);
}
