/** When a defect counts as found. */
import { expect, test } from 'vitest';
import type { CaseResult, ExperimentResult, Verdict, VerdictStatus } from '../../../harness/core/index.ts';
import { type Defect, inHuntingOrder, judgeHunt } from '../../../harness/defects/index.ts';

const verdict = (check: string, status: VerdictStatus): Verdict => ({ check, status, summary: '', evidence: [] });
const caseWith = (verdicts: Verdict[], hits = 1) =>
  ({
    verdicts,
    faults: [{ id: '1', spec: { fault: 'x', target: 'y' }, hits, countedBy: '', injectedAt: 0 }],
  }) as unknown as CaseResult;
const result = (status: VerdictStatus, subject?: CaseResult) =>
  ({ verdict: status, case: subject }) as ExperimentResult;
const clean = result('pass', caseWith([verdict('conservation', 'pass')]));
const defect = { check: 'conservation' };

test('found: the named check fails, the fault landed, and it was green without the defect', () => {
  const hit = result('fail', caseWith([verdict('conservation', 'fail'), verdict('exactly-once', 'fail')]));
  expect(judgeHunt(defect, clean, hit)).toEqual({ found: true, foundBy: ['conservation', 'exactly-once'] });
});

test('not found when another check failed', () => {
  const hit = result('fail', caseWith([verdict('exactly-once', 'fail')]));
  expect(judgeHunt(defect, clean, hit)).toMatchObject({
    found: false,
    why: 'conservation did not fail; exactly-once did',
  });
});

test('not found when the fault never landed', () => {
  const hit = result('fail', caseWith([verdict('conservation', 'fail')], 0));
  expect(judgeHunt(defect, clean, hit)).toMatchObject({ found: false, why: 'the fault never landed' });
});

test('not found when the control run failed already', () => {
  expect(judgeHunt(defect, clean, result('unknown'))).toMatchObject({ found: false });
});

test('not found when the experiment is red without the defect', () => {
  const hit = result('fail', caseWith([verdict('conservation', 'fail')]));
  const red = result('fail', caseWith([verdict('answered', 'fail'), verdict('conservation', 'pass')]));
  expect(judgeHunt(defect, red, hit)).toMatchObject({
    found: false,
    why: 'the experiment is fail without the defect (answered: )',
  });
});

test('what leaves damage behind is hunted last', () => {
  const named = (name: string, damages?: true) => ({ name, ...(damages && { damages }) }) as Defect;
  const order = inHuntingOrder([named('a', true), named('b'), named('c', true), named('d')]);
  expect(order.map(({ name }) => name)).toEqual(['b', 'd', 'a', 'c']);
});
