/** A load gates by its thresholds, its checks and its error budget. */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { LoadResult, RunFile } from '../../../harness/core/index.ts';
import { readRun } from '../../../harness/report/index.ts';
import { judge, ruleOf } from './judge-with.ts';
import { runOf } from './runs.ts';

function loadRun(more: Partial<LoadResult>): RunFile {
  const load = {
    scenario: 'flash-sale',
    file: 'fixtures/load/flash-sale.ts',
    repeat: 'npx faultline load flash-sale --seed 1',
    thresholds: [{ text: 'during:p95<500', phase: 'during', status: 'pass', value: 320, unit: 'ms', by: 'scenario' }],
    budget: { target: 0.99, errors: 5, allowed: 10, used: 0.5 },
    faults: [],
    verdicts: [{ check: 'nothing-lost', status: 'pass', summary: 'all there', evidence: [] }],
    verdict: 'pass',
    ...more,
  } as unknown as LoadResult;
  const { contracts: _, ...run } = runOf([]);
  return { ...run, load };
}

describe('a recorded load', () => {
  const recorded = () => readRun(join(import.meta.dirname, '../../../reports/samples/load/run.json'));

  test('is judged by its thresholds, its checks and its budget, and by no rule on experiments', async () => {
    const run = await recorded();
    const result = judge(run);
    const asked = result.rules.filter(({ status }) => status !== 'off').map(({ rule }) => rule);
    expect(asked).toEqual(['complete', 'budget', 'load']);
    expect(result.verdict).toBe(run.load?.verdict);
  });

  test('in which one order was lost, or one threshold crossed, closes the gate', async () => {
    const run = await recorded();
    const load = run.load as LoadResult;
    const lose = (verdicts: LoadResult['verdicts']) => judge({ ...run, load: { ...load, verdicts, verdict: 'fail' } });
    const verdicts = load.verdicts.map((one) =>
      one.check === 'nothing-lost' ? { ...one, status: 'fail' as const } : one,
    );
    expect(ruleOf(lose(verdicts), 'load')).toMatchObject({ status: 'fail', findings: [{ subject: load.scenario }] });
    const thresholds = load.thresholds.map((one, index) => (index === 0 ? { ...one, status: 'fail' as const } : one));
    expect(ruleOf(judge({ ...run, load: { ...load, thresholds } }), 'load').status).toBe('fail');
  });
});

describe('a load', () => {
  test('that kept everything is green, and rules about experiments are off', () => {
    const result = judge(loadRun({}));
    expect(result).toMatchObject({ verdict: 'pass', exitCode: 0 });
    expect(ruleOf(result, 'verdicts').status).toBe('off');
    expect(ruleOf(result, 'load').summary).toBe('flash-sale: 1 of 1 thresholds and 1 of 1 checks kept');
  });

  test('that missed a threshold names it with what was measured', () => {
    const result = judge(
      loadRun({
        verdict: 'fail',
        thresholds: [
          { text: 'during:p95<500', phase: 'during', status: 'fail', value: 812.337, unit: 'ms', by: 'scenario' },
        ],
      }),
    );
    expect(result.exitCode).toBe(1);
    expect(ruleOf(result, 'load').findings).toMatchObject([
      {
        subject: 'flash-sale',
        what: 'threshold during:p95<500: 812.34 ms measured',
        file: 'fixtures/load/flash-sale.ts',
      },
    ]);
  });

  test('that lost an order is red, whatever the thresholds say', () => {
    const lost = { check: 'nothing-lost', status: 'fail', summary: '3 orders are nowhere', evidence: [] } as const;
    const result = judge(loadRun({ verdict: 'fail', verdicts: [lost] }));
    expect(ruleOf(result, 'load').findings[0]?.what).toBe('nothing-lost: 3 orders are nowhere');
  });

  test('that used more of its error budget than allowed is red', () => {
    const budget = { target: 0.99, errors: 15, allowed: 10, used: 1.5 };
    expect(ruleOf(judge(loadRun({ budget })), 'budget')).toMatchObject({
      status: 'fail',
      summary: '15 errors of 10 that 99 % success allow: 150 % of the budget, allowed are 100 %',
    });
    const settings = { budget: { usedAtMost: 2 } };
    expect(ruleOf(judge(loadRun({ budget }), { settings }), 'budget').status).toBe('pass');
  });
});
