/** Parts of a run are one run again: nothing lost, nothing twice, a missing part red, strangers refused. */
import { describe, expect, test } from 'vitest';
import { shardInfo } from '../../../harness/cli/shard.ts';
import type { RunFile } from '../../../harness/core/index.ts';
import { mergeRuns } from '../../../harness/report/index.ts';
import { experimentOf, runOf } from '../gate/runs.ts';

const NAMES = ['a', 'b', 'c', 'd', 'e'];

/** Part `index` of `of`; contracts belong to the first. */
function part(index: number, of: number, more: Partial<RunFile> = {}): RunFile {
  const shard = shardInfo(NAMES, { index, of });
  const { contracts, ...run } = runOf(
    shard.mine.map((slug) => experimentOf(slug)),
    { id: `part-${index}`, shard, ...more },
  );
  return index === 1 && contracts ? { ...run, contracts } : run;
}
const parts = (of: number) => Array.from({ length: of }, (_, index) => part(index + 1, of));

describe('parts', () => {
  test.each([1, 2, 3, 4, 5, 7])('%d of them make the whole again, in any order', (of) => {
    const merged = mergeRuns(parts(of).reverse(), { id: 'whole' });
    expect(merged.experiments.map(({ slug }) => slug)).toEqual(NAMES);
    expect(merged).toMatchObject({
      id: 'whole',
      verdict: 'pass',
      exitCode: 0,
      problems: [],
      merged: { of, missing: [] },
    });
    expect(merged.contracts?.pairs.length).toBeGreaterThan(0);
    expect(merged.shard).toBeUndefined();
  });

  test('exchanges of an edge are added up', () => {
    const [single] = parts(1) as [RunFile];
    const exchanges = (run: RunFile) => run.attribution.reduce((sum, edge) => sum + edge.exchanges, 0);
    expect(exchanges(mergeRuns(parts(3), { id: 'whole' }))).toBe(3 * exchanges(single));
  });

  test('one that is broken makes the whole broken', () => {
    const [first, ...rest] = parts(2) as [RunFile, RunFile];
    const red = { ...first, experiments: first.experiments.map((one) => ({ ...one, verdict: 'fail' as const })) };
    expect(mergeRuns([red, ...rest], { id: 'whole' })).toMatchObject({ verdict: 'fail', exitCode: 1 });
  });

  test('one that is missing is red, and what it should have run is named', () => {
    const merged = mergeRuns([part(1, 3), part(3, 3)], { id: 'whole', of: 3 });
    expect(merged.exitCode).toBe(3);
    expect(merged.merged?.missing).toEqual([2]);
    expect(merged.problems).toEqual(['part 2 of 3 is missing: b, e gave no result']);
  });

  test('trouble of one is told with its number', () => {
    const merged = mergeRuns([part(1, 2, { problems: ['the wire died'] }), part(2, 2, { interrupted: true })], {
      id: 'whole',
    });
    expect(merged.problems).toEqual(['part 1: the wire died', 'part 2 was ended before everything was done']);
    expect(merged.exitCode).toBe(3);
  });

  test('empty ones are taken as they are', () => {
    const empty = part(7, 7, { boot: [], runtime: 'containers' });
    expect(empty.shard?.mine).toEqual([]);
    expect(mergeRuns([...parts(7).slice(0, 6), empty], { id: 'whole' })).toMatchObject({
      exitCode: 0,
      runtime: 'native',
    });
  });
});

describe('what is no part of one run is refused with one sentence', () => {
  test.each<[name: string, runs: RunFile[], of: number | undefined, sentence: string]>([
    ['a whole run', [runOf([], { id: 'whole' })], undefined, 'whole is a whole run and not a part of one'],
    [
      'another commit',
      [part(1, 2, { commit: 'abc' }), part(2, 2, { commit: 'def' })],
      undefined,
      'the commit differs (abc, def)',
    ],
    [
      'another runtime',
      [part(1, 2), part(2, 2, { runtime: 'containers' })],
      undefined,
      'the runtime differs (native, containers)',
    ],
    ['the same part twice', [part(1, 2), part(1, 2)], undefined, 'part 1 stands twice: part-1 and part-1'],
    [
      'parts of another number',
      [part(1, 2), part(2, 3)],
      undefined,
      'part-2 is part 2 of 3, and 2 parts are to be merged',
    ],
    ['fewer parts than asked for', [part(1, 2), part(2, 2)], 4, 'part-1 is part 1 of 2, and 4 parts are to be merged'],
    ['no run at all', [], 2, 'there is no run to merge'],
  ])('%s', (_, runs, of, sentence) => {
    const merge = () => mergeRuns(runs, { id: 'whole', ...(of === undefined ? {} : { of }) });
    expect(merge).toThrow(sentence);
    expect(merge).toThrow(expect.objectContaining({ code: 'bad-argument' }));
  });

  test('another topology', () => {
    const other = part(2, 2);
    const topology = { ...other.topology, edges: other.topology.edges.slice(1) };
    expect(() => mergeRuns([part(1, 2), { ...other, topology }], { id: 'whole' })).toThrow('the topology differs');
  });
});

describe('parts of a hunt', () => {
  const hunt = (index: number, found: boolean): RunFile => {
    const { contracts: _, ...run } = part(index, 2);
    const names = run.shard?.mine ?? [];
    const defects = names.map((defect) => ({
      ...{
        defect,
        description: '',
        service: 's',
        experiment: 'e',
        expectedCheck: 'c',
        found,
        foundBy: [],
        replacements: 1,
        tookMs: 1,
      },
    }));
    return { ...run, experiments: [experimentOf('same', { verdict: 'fail' })], defects };
  };

  test('are judged by their defects, and runs of one experiment for several defects stay', () => {
    const merged = mergeRuns([hunt(1, true), hunt(2, true)], { id: 'whole' });
    expect(merged).toMatchObject({ verdict: 'pass', exitCode: 0 });
    expect(merged.defects).toHaveLength(5);
    expect(merged.experiments).toHaveLength(2);
    expect(mergeRuns([hunt(1, true), hunt(2, false)], { id: 'whole' }).exitCode).toBe(1);
  });

  test('do not mix with others', () => {
    expect(() => mergeRuns([hunt(1, true), part(2, 2)], { id: 'whole' })).toThrow('the kind of run differs');
  });
});
