/** Every rule is asked and shown, the passed ones too; each turns red by what it is about, and by nothing else. */
import { describe, expect, test } from 'vitest';
import { makeSampleRun } from '../../../fixtures/sample-run/run.ts';
import type { RunFile } from '../../../harness/core/index.ts';
import { judge, ruleOf, rules } from './judge-with.ts';
import { experimentOf, runOf, timed } from './runs.ts';

const green = () => runOf([experimentOf('a'), experimentOf('b')]);
const red = () => runOf([experimentOf('a'), experimentOf('b', { verdict: 'fail' })]);
const statuses = (run: RunFile, settings = {}) =>
  Object.fromEntries(judge(run, { settings }).rules.map(({ rule, status }) => [rule, status]));

describe('the gate', () => {
  test('shows every rule, passed and off ones too, with a sentence each', () => {
    const result = judge(green());
    expect(result).toMatchObject({ verdict: 'pass', exitCode: 0 });
    expect(result.rules.map(({ rule }) => rule)).toEqual(rules.map(({ name }) => name));
    for (const { summary, asks } of result.rules) expect(summary.length * asks.length).toBeGreaterThan(50);
  });

  test('is closed by one rule at level error, and not by one at level warn or off', () => {
    expect(judge(red())).toMatchObject({ verdict: 'fail', exitCode: 1 });
    const warned = judge(red(), { settings: { verdicts: 'warn' } });
    expect(warned).toMatchObject({ verdict: 'pass', exitCode: 0 });
    expect(ruleOf(warned, 'verdicts')).toMatchObject({ level: 'warn', status: 'fail' });
    expect(ruleOf(judge(red(), { settings: { verdicts: 'off' } }), 'verdicts')).toMatchObject({
      status: 'off',
      level: 'off',
    });
  });

  test('with every rule off says nothing, which is not a pass', () => {
    const all = Object.fromEntries(rules.map(({ name }) => [name, 'off']));
    expect(judge(green(), { settings: all })).toMatchObject({ verdict: 'unknown', exitCode: 2 });
  });

  test('puts trouble of the harness before broken promises, and those before what is unknown', () => {
    expect(judge({ ...red(), problems: ['the wire died'] }).exitCode).toBe(3);
    expect(
      judge(runOf([experimentOf('a', { verdict: 'fail' }), experimentOf('b', { verdict: 'unknown' })])).exitCode,
    ).toBe(1);
    expect(judge(runOf([experimentOf('b', { verdict: 'unknown' })]))).toMatchObject({
      verdict: 'unknown',
      exitCode: 2,
    });
  });
});

describe('verdicts', () => {
  test('names what is broken, with what was seen, where it stands and how it is repeated', () => {
    expect(ruleOf(judge(red()), 'verdicts')).toMatchObject({
      summary: 'of 2 experiments 1 kept, 1 broken',
      findings: [
        {
          status: 'fail',
          subject: 'the b experiment',
          what: 'broken: recovery: b was fail',
          file: 'suites/chaos/b.chaos.ts',
          repeat: 'npx faultline replay b --seed 1',
        },
      ],
    });
  });

  test('of nothing is unknown', () => {
    expect(ruleOf(judge(runOf([])), 'verdicts').status).toBe('unknown');
  });
});

describe('contracts', () => {
  test('that do not hold are named by interaction; a run without any is unknown', () => {
    const sample = makeSampleRun({ orders: 1 }).run;
    const rule = ruleOf(
      judge({ ...green(), ...(sample.contracts ? { contracts: sample.contracts } : {}) }),
      'contracts',
    );
    expect(rule.status).toBe('fail');
    expect(rule.findings.map(({ subject }) => subject).join()).toContain('contract payment -> inventory');
    const { contracts: _, ...without } = green();
    expect(ruleOf(judge(without), 'contracts')).toMatchObject({ status: 'unknown' });
  });
});

describe('recovery', () => {
  test('has a bound for all, and one of its own for a slow one', () => {
    const run = runOf([timed('a', 4_000), timed('b', 9_000)]);
    expect(ruleOf(judge(run), 'recovery').status).toBe('pass');
    const late = ruleOf(judge(run, { settings: { recovery: { withinMs: 5_000 } } }), 'recovery');
    expect(late).toMatchObject({ status: 'fail', findings: [{ subject: 'the b experiment' }] });
    expect(late.findings[0]?.what).toBe('quietAfterMs is 9000 ms, allowed are 5000 ms');
    const own = { recovery: { withinMs: 5_000, experiments: { b: 10_000, gone: 1 } } };
    expect(ruleOf(judge(run, { settings: own }), 'recovery')).toMatchObject({
      status: 'pass',
      findings: [{ status: 'pass', subject: 'gone', what: 'has a bound of its own, and is not in this run' }],
    });
  });

  test('is the median where an experiment ran several times: one slow run is noise', () => {
    const run = runOf([timed('a', 100, 60_000, 120)]);
    expect(ruleOf(judge(run), 'recovery').status).toBe('pass');
  });
});

describe('flakes', () => {
  const flaky = () => runOf([experimentOf('a', {}, { verdict: 'fail' }, {}), experimentOf('b', {}, {}, {})]);

  test('are shown and counted, and gate above what is allowed', () => {
    const result = judge(flaky());
    expect(ruleOf(result, 'verdicts')).toMatchObject({ status: 'pass', summary: 'of 2 experiments 1 kept, 1 flaky' });
    expect(ruleOf(result, 'flakes')).toMatchObject({
      status: 'fail',
      summary: '1 of 2 repeated experiments flaky, allowed 0',
    });
    expect(ruleOf(result, 'flakes').findings[0]?.what).toBe('flaky: kept in 2 of 3 runs; recovery: a was fail');
    expect(result.exitCode).toBe(1);
    const allowed = judge(flaky(), { settings: { flakes: { most: 1 } } });
    expect(allowed.exitCode).toBe(0);
    expect(ruleOf(allowed, 'flakes').findings).toHaveLength(1);
  });

  test('what fails every time is no flake', () => {
    const run = runOf([experimentOf('a', { verdict: 'fail' }, { verdict: 'fail' })]);
    expect(statuses(run)).toMatchObject({ verdicts: 'fail', flakes: 'pass' });
    expect(ruleOf(judge(run), 'verdicts').findings[0]?.what).toContain('broken in each of 2 runs');
  });

  test('do not show in single runs, and that is said', () => {
    expect(ruleOf(judge(green()), 'flakes')).toMatchObject({
      status: 'off',
      summary: expect.stringContaining('--repeat 5'),
    });
  });
});

describe('edges', () => {
  test('counts edges on which a fault has proven to act, and names the bare ones', () => {
    const rule = ruleOf(judge(green(), { settings: { edges: { level: 'error', atLeast: 1 } } }), 'edges');
    expect(rule.status).toBe('fail');
    expect(rule.findings.map(({ subject }) => subject)).not.toContain('payment->psp');
    const bare = rule.findings.map(({ subject }) => subject);
    const except = judge(green(), { settings: { edges: { level: 'error', atLeast: 1, except: bare } } });
    expect(ruleOf(except, 'edges').status).toBe('pass');
  });

  test('does not count a fault that hit nothing', () => {
    const run = green();
    const missed = run.experiments.map((result) => ({
      ...result,
      ...(result.case
        ? { case: { ...result.case, faults: result.case.faults.map((fault) => ({ ...fault, hits: 0 })) } }
        : {}),
    }));
    expect(ruleOf(judge({ ...run, experiments: missed }), 'edges').summary).toContain('took effect on 0 of');
  });
});

describe('baseline', () => {
  const quick = [100, 101, 102, 103, 104];
  const slow = [2_000, 2_001, 2_002, 2_003, 2_004];

  test('is off where none is named, and green where nothing got worse', () => {
    expect(ruleOf(judge(green()), 'baseline')).toMatchObject({
      status: 'off',
      summary: 'no baseline was named: --baseline <run>',
    });
    expect(ruleOf(judge(green(), { baseline: green() }), 'baseline').status).toBe('pass');
  });

  test('names what turned, and what got slower by more than noise', () => {
    const baseline = runOf([experimentOf('a', {}, {}), timed('b', ...quick)]);
    const run = runOf([experimentOf('a', { verdict: 'fail' }, { verdict: 'fail' }), timed('b', ...slow)]);
    const { findings, status } = ruleOf(judge(run, { baseline }), 'baseline');
    expect(status).toBe('fail');
    expect(findings.map(({ subject, what }) => [subject, what.split(' (')[0]])).toEqual([
      ['the a experiment', 'was pass and is fail: 0 of 2 runs were kept; recovery: a was fail'],
      ['the b experiment', 'slower: quietAfterMs 102 ms before, 2.00 s now'],
    ]);
  });

  test('one run on a side is noted, or unknown where repeats are asked for', () => {
    const [baseline, run] = [runOf([timed('b', 100)]), runOf([timed('b', 9_000)])];
    const noted = ruleOf(judge(run, { baseline }), 'baseline');
    expect(noted).toMatchObject({ status: 'pass', summary: expect.stringContaining('1 not to be told from noise') });
    expect(noted.findings[0]?.what).toContain('not to be told from noise with 1 and 1 runs');
    const strict = judge(run, { baseline, settings: { baseline: { needsRepeats: true } } });
    expect(ruleOf(strict, 'baseline').status).toBe('unknown');
  });
});

describe('what a run is', () => {
  test.each<[name: string, more: Partial<RunFile>, sentence: string]>([
    ['with problems', { problems: ['the wire died'] }, 'the wire died'],
    ['that was interrupted', { interrupted: true }, 'ended before everything was done'],
    ['that bailed out', { notRun: ['b', 'c'] }, '--bail left out 2 experiment(s): b, c'],
    [
      'that is a part',
      { shard: { index: 2, of: 4, planned: ['a'], mine: ['a'] } },
      'part 2 of 4: merge the parts first',
    ],
  ])('%s is not whole', (_, more, sentence) => {
    const result = judge(runOf([experimentOf('a')], more));
    expect(ruleOf(result, 'complete')).toMatchObject({ status: 'fail', summary: expect.stringContaining(sentence) });
    expect(result.exitCode).toBe(3);
  });

  test('a hunt is judged by its defects alone', () => {
    const { contracts: _, ...base } = red();
    const defect = {
      ...{ defect: 'd', description: '', service: 's', experiment: 'b', expectedCheck: 'c' },
      foundBy: [],
      replacements: 1,
      tookMs: 1,
    };
    const hunt = (found: boolean): RunFile => ({
      ...base,
      defects: [{ ...defect, found, ...(found ? {} : { why: 'all green' }) }],
    });
    expect(judge(hunt(true)).exitCode).toBe(0);
    expect(statuses(hunt(true))).toMatchObject({
      verdicts: 'off',
      contracts: 'off',
      defects: 'pass',
      complete: 'pass',
    });
    const missed = judge(hunt(false));
    expect(missed.exitCode).toBe(1);
    expect(ruleOf(missed, 'defects').findings[0]).toMatchObject({ subject: 'd', what: 'not found by c: all green' });
  });

  test('without a load its rules are off and say so', () => {
    for (const name of ['budget', 'load']) expect(ruleOf(judge(green()), name).summary).toBe('no load in this run');
  });
});
