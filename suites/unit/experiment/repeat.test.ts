/** Runs of one experiment are told together: kept, flaky, failing; nothing red is covered by something green. */
import { expect, test } from 'vitest';
import { makeSampleRun } from '../../../fixtures/sample-run/run.ts';
import type { ExperimentResult, VerdictStatus } from '../../../harness/core/index.ts';
import { foldRepeats } from '../../../harness/experiment/repeat.ts';

const [sample] = makeSampleRun({ orders: 1 }).run.experiments as [ExperimentResult];

/** The sample with a verdict of its own, and a case told apart by its number. */
function runOf(verdict: VerdictStatus, number: number): ExperimentResult {
  const withFaults = sample.case;
  if (!withFaults) throw new Error('the sample has no case');
  const id = String(number).padStart(16, '0');
  const verdicts = [
    {
      check: 'recovery',
      status: verdict,
      summary: `run ${number}`,
      evidence: [],
      figures: { recoveryMs: 100 * number, withinMs: 1 },
    },
  ];
  return { ...sample, verdict, case: { ...withFaults, id, verdict, verdicts, quietAfterMs: 10.04 } };
}
const runs = (...verdicts: VerdictStatus[]) => verdicts.map((verdict, index) => runOf(verdict, index + 1));

test.each([
  [['pass', 'pass', 'pass'], 'pass', 'pass', { pass: 3, fail: 0, unknown: 0 }],
  [['fail', 'pass', 'pass'], 'flaky', 'fail', { pass: 2, fail: 1, unknown: 0 }],
  [['pass', 'unknown'], 'flaky', 'unknown', { pass: 1, fail: 0, unknown: 1 }],
  [['fail', 'unknown'], 'fail', 'fail', { pass: 0, fail: 1, unknown: 1 }],
  [['unknown', 'unknown'], 'unknown', 'unknown', { pass: 0, fail: 0, unknown: 2 }],
] as const)('%s is %s with the verdict %s', (verdicts, outcome, verdict, counts) => {
  const folded = foldRepeats(runs(...verdicts), verdicts.length);
  expect(folded.verdict).toBe(verdict);
  expect(folded.repeats).toMatchObject({ asked: verdicts.length, outcome, counts });
});

test('a run that turns red into green does not hide the red one', () => {
  const folded = foldRepeats(runs('pass', 'fail', 'pass'), 3);
  expect(folded.case?.id).toBe('0000000000000002');
  expect(folded.repeats?.attempts.map(({ verdict, summary }) => [verdict, summary])).toEqual([
    ['pass', undefined],
    ['fail', 'recovery: run 2'],
    ['pass', undefined],
  ]);
});

test('every run keeps its durations, and what is only declared is left out', () => {
  const folded = foldRepeats(runs('pass', 'pass'), 2);
  expect(folded.repeats?.attempts.map(({ figures }) => figures)).toEqual([
    { quietAfterMs: 10, 'recovery.recoveryMs': 100 },
    { quietAfterMs: 10, 'recovery.recoveryMs': 200 },
  ]);
});

test('one run that was asked for once is left as it is, one of several is counted', () => {
  const [only] = runs('pass') as [ExperimentResult];
  expect(foldRepeats([only], 1)).toBe(only);
  expect(foldRepeats([only], 5).repeats).toMatchObject({ asked: 5, attempts: [{ verdict: 'pass' }] });
});
