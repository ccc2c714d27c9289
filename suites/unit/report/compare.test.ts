/** What got worse between two runs is named; what is noise is not, and what cannot be told is said to be so. */
import { describe, expect, test } from 'vitest';
import { compareRuns } from '../../../harness/report/index.ts';
import { experimentOf, runOf, timed } from '../gate/runs.ts';

const changesOf = (...[base, run, options]: Parameters<typeof compareRuns>) =>
  compareRuns(base, run, options).figures.map(({ slug, figure, change }) => [slug, figure, change]);

describe('verdicts', () => {
  test('that turned are named with what was seen, and new and gone ones are told apart', () => {
    const base = runOf([
      experimentOf('a'),
      experimentOf('b'),
      experimentOf('c', { verdict: 'fail' }),
      experimentOf('old'),
    ]);
    const run = runOf([
      experimentOf('a'),
      experimentOf('b', { verdict: 'fail' }),
      experimentOf('c'),
      experimentOf('new'),
    ]);
    const changes = compareRuns(base, run).verdicts.filter(({ kind }) => kind === 'experiment');
    expect(changes.map(({ slug, change }) => [slug, change])).toEqual([
      ['a', 'same'],
      ['b', 'worse'],
      ['c', 'better'],
      ['new', 'new'],
      ['old', 'gone'],
    ]);
    expect(changes[1]?.what).toBe('was pass and is fail: recovery: b was fail');
  });

  test('kept and now flaky is worse, and says how often it was kept', () => {
    const base = runOf([experimentOf('a', {}, {}, {})]);
    const run = runOf([experimentOf('a', {}, { verdict: 'fail' }, {})]);
    const [change] = compareRuns(base, run).verdicts;
    expect(change).toMatchObject({ change: 'worse', from: 'pass', to: 'flaky' });
    expect(change?.what).toContain('2 of 3 runs were kept');
  });

  test('of contracts count as well', () => {
    const base = runOf([experimentOf('a')]);
    const [first, ...rest] = base.contracts?.pairs ?? [];
    if (!first) throw new Error('the sample has contracts');
    const broken = { ...first, verdict: 'fail' as const, problem: 'the provider is dead' };
    const run = runOf(base.experiments, { contracts: { pairs: [broken, ...rest], verdict: 'fail', tookMs: 1 } });
    const worse = compareRuns(base, run).verdicts.filter(({ change }) => change === 'worse');
    expect(worse).toMatchObject([{ kind: 'contract', what: 'was pass and is fail: the provider is dead' }]);
  });
});

describe('durations', () => {
  const quick = [100, 110, 105, 98, 102];
  const slow = [900, 950, 910, 905, 930];

  test('that grew in every run of five are slower, with medians and p', () => {
    const { figures } = compareRuns(runOf([timed('a', ...quick)]), runOf([timed('a', ...slow)]));
    expect(figures).toMatchObject([
      { change: 'slower', base: { count: 5, medianMs: 102 }, run: { count: 5, medianMs: 910 } },
    ]);
    expect(figures[0]?.what).toBe('quietAfterMs 102 ms before, 910 ms now (medians of 5 and 5 runs, p 0.004)');
  });

  test('the other way round are faster', () => {
    expect(changesOf(runOf([timed('a', ...slow)]), runOf([timed('a', ...quick)]))).toEqual([
      ['a', 'quietAfterMs', 'faster'],
    ]);
  });

  test('with one run on a side cannot be told from noise, however far apart they are', () => {
    for (const [base, run] of [
      [[100], [90_000]],
      [[100], slow],
      [quick, [90_000]],
    ] as const) {
      const { figures } = compareRuns(runOf([timed('a', ...base)]), runOf([timed('a', ...run)]));
      expect(figures).toMatchObject([{ change: 'untold' }]);
      expect(figures[0]?.what).toContain('not to be told from noise');
      expect(figures[0]?.what).toContain('--repeat 5');
      expect(figures[0]?.p).toBeUndefined();
    }
  });

  test('with too few runs for so many figures cannot be told either', () => {
    const many = (...times: number[]) => runOf(Array.from({ length: 8 }, (_, index) => timed(`e${index}`, ...times)));
    expect(changesOf(many(1, 2, 3), many(900, 901, 902)).map(([, , change]) => change)).toEqual(
      Array(8).fill('untold'),
    );
    expect(changesOf(many(...quick), many(...slow)).map(([, , change]) => change)).toEqual(Array(8).fill('slower'));
  });

  test('that overlap are the same', () => {
    const base = runOf([timed('a', 100, 900, 300, 500, 700)]);
    const run = runOf([timed('a', 200, 800, 400, 600, 1_000)]);
    expect(changesOf(base, run)).toEqual([['a', 'quietAfterMs', 'same']]);
  });

  test('that grew for sure, but by less than the minimum, are the same', () => {
    const base = runOf([timed('a', 1_000, 1_001, 1_002, 1_003, 1_004)]);
    const run = runOf([timed('a', 1_150, 1_151, 1_152, 1_153, 1_154)]);
    expect(changesOf(base, run)).toEqual([['a', 'quietAfterMs', 'same']]);
    expect(changesOf(base, run, { minimumShare: 0.1 })).toEqual([['a', 'quietAfterMs', 'slower']]);
  });

  test('are those of kept runs only, and a measured recovery goes before quiet', () => {
    const recovering = (ms: number) => ({ recoveryMs: ms, quietMs: 5 });
    const base = runOf([experimentOf('a', ...quick.map(recovering))]);
    const run = runOf([experimentOf('a', { verdict: 'fail', recoveryMs: 60_000 }, ...quick.map(recovering))]);
    const { figures } = compareRuns(base, run);
    expect(figures).toMatchObject([{ figure: 'recovery.recoveryMs', change: 'same', run: { count: 5 } }]);
  });

  test('of another runtime are not compared, and that is said', () => {
    const base = runOf([timed('a', ...quick)], { runtime: 'containers' });
    const { figures, notes } = compareRuns(base, runOf([timed('a', ...slow)]));
    expect(figures).toEqual([]);
    expect(notes[0]).toBe('durations are not compared: the base ran containers, this run native');
  });
});

describe('a baseline that cannot be compared is refused with one sentence', () => {
  const run = runOf([experimentOf('a')]);
  test.each([
    [
      'of another topology',
      runOf([], { topology: { ...run.topology, name: 'tiny' } }),
      'is a run of the topology "tiny"',
    ],
    [
      'that hunts defects',
      (({ contracts: _, ...base }) => ({ ...base, id: 'hunt', defects: [] }))(run),
      'hunts planted defects',
    ],
    ['that is the run itself', run, 'cannot be its own baseline'],
  ])('%s', (_, base, sentence) => {
    expect(() => compareRuns(base, run)).toThrow(sentence);
    expect(() => compareRuns(base, run)).toThrow(expect.objectContaining({ code: 'bad-argument' }));
  });

  test('edges that were added are only noted', () => {
    const [edge] = run.topology.edges;
    if (!edge) throw new Error('the sample has edges');
    const more = { ...run.topology, edges: [...run.topology.edges, { ...edge, caller: 'mail', callee: 'psp' }] };
    expect(compareRuns(run, runOf(run.experiments, { topology: more })).notes).toEqual([
      'the topology has gained mail->psp',
    ]);
  });
});
