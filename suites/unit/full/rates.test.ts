/** From what was counted to what is published. */
import { expect, test } from 'vitest';
import type { Found } from '../../full/progress.ts';
import { inReadme, markdownOf, ratesOf } from '../../full/rates.ts';

const found: Found = {
  shape: 4,
  commits: { soak: 'abc1234', defects: 'abc1234' },
  scoped: { of: 3_000, falseAlarms: [], unknown: 1, rerunAlone: 4, tookMs: 90_000 },
  alone: { of: 300, falseAlarms: ['slow-psp: deadline: late'], unknown: 0, tookMs: 600_000 },
  verdicts: { 'slow-psp': { pass: 9, fail: 1, unknown: 0 }, refusals: { pass: 10, fail: 0, unknown: 0 } },
  soak: [
    {
      ...{ clean: 330, faulty: 3_300, tookMs: 700_000, rebuilt: 1, left: [] },
      notHealed: ['slow-psp: the breaker of payment for payment->psp is open'],
      looks: [],
    },
  ],
  defects: {
    one: { of: 3, found: 3, check: 'deadline' },
    other: { of: 3, found: 2, check: 'stock', why: 'stock did not fail' },
  },
};

const PLACE = '# x\n<!-- rates: written by npm run full -->\nnone\n<!-- /rates -->\n## y\n';

test('the readme shows them in their place, again and again', () => {
  const rates = ratesOf(found, 'a machine', 1_790_000_000_000);
  const once = inReadme(PLACE, rates);
  expect(once).toContain('| false alarms of cases that run alone | 1 of 300 (at most 1.58 %) |');
  expect(once.startsWith('# x\n<!-- rates')).toBe(true);
  expect(once.endsWith('<!-- /rates -->\n## y\n')).toBe(true);
  expect(inReadme(once, rates)).toBe(once);
});

test('every rate has its bound, and what was missed is named', () => {
  const rates = ratesOf(found, 'a machine', 1_790_000_000_000);
  expect(rates.detection).toMatchObject({ count: 5, of: 6 });
  expect(rates.falseAlarmsScoped.atMost).toBeCloseTo(0.001, 4);
  expect(rates.falseAlarmsAlone).toMatchObject({ count: 1, of: 300 });
  expect(rates.flakes).toMatchObject({ count: 1, of: 2 });
  expect(rates.defects.missed).toEqual(['other: 2 of 3; stock did not fail']);
  expect(rates.commit).toBe('abc1234');
  const later = { ...found, commits: { soak: 'abc1234', defects: 'def5678+' } };
  expect(ratesOf(later, 'a machine', 1).commit).toBe('def5678 with uncommitted changes (cases and soak: abc1234)');
  const text = markdownOf(rates, { scoped: 3_000, alone: 300, soak: 1_000, huntsEach: 3 });
  expect(text).toContain('| false alarms of scoped cases | 0 of 3,000 (at most 0.1 %) | 0 of 3,000 |');
  expect(text).toContain('3,630 cases (330 clean, 3,300 faulty) in 1 lab, 3,630 in the one that was used longest');
  expect(text).toContain('A scoped case took 30 ms, one that runs alone 2,000 ms');
  expect(text).toContain('- slow-psp: the breaker of payment for payment->psp is open');
  expect(text).toContain('- slow-psp: 9 pass, 1 fail, 0 unknown');
});
