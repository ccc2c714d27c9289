/** From what was counted to what is published. */
import { expect, test } from 'vitest';
import type { Found } from '../../full/progress.ts';
import { markdownOf, ratesOf } from '../../full/rates.ts';

const found: Found = {
  commit: 'abc1234',
  dirty: false,
  scoped: { of: 3_000, falseAlarms: [], unknown: 1, rerunAlone: 4 },
  alone: { of: 300, falseAlarms: ['slow-psp: deadline: late'], unknown: 0 },
  verdicts: { 'slow-psp': { pass: 9, fail: 1, unknown: 0 }, refusals: { pass: 10, fail: 0, unknown: 0 } },
  defects: {
    one: { of: 3, found: 3, check: 'deadline' },
    other: { of: 3, found: 2, check: 'stock', why: 'stock did not fail' },
  },
};

test('every rate has its bound, and what was missed is named', () => {
  const rates = ratesOf(found, 'a machine', 1_790_000_000_000);
  expect(rates.detection).toMatchObject({ count: 5, of: 6 });
  expect(rates.falseAlarmsScoped.atMost).toBeCloseTo(0.001, 4);
  expect(rates.falseAlarmsAlone).toMatchObject({ count: 1, of: 300 });
  expect(rates.flakes).toMatchObject({ count: 1, of: 2 });
  expect(rates.defects.missed).toEqual(['other: 2 of 3; stock did not fail']);
  const text = markdownOf(rates, { scoped: 3_000, alone: 300, huntsEach: 3 });
  expect(text).toContain('| false alarms of scoped cases | 0 of 3,000 (at most 0.1 %) | 0 of 3,000 |');
  expect(text).toContain('- slow-psp: 9 pass, 1 fail, 0 unknown');
});
