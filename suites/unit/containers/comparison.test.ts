/** Runtimes agree where both say the same and neither says that it does not know. */
import { expect, test } from 'vitest';
import { makeSampleRun } from '../../../fixtures/sample-run/run.ts';
import type { ExperimentResult, RunFile } from '../../../harness/core/index.ts';
import { compareRuntimes, describeComparison, type Said } from '../../containers/comparison.ts';

const { run } = makeSampleRun({ orders: 1 });
const kept = run.experiments.find(({ verdict }) => verdict === 'pass') as ExperimentResult;
const said = (more: Partial<RunFile> = {}): Said => ({
  run: { ...run, experiments: [kept], ...more },
  defects: [],
  bootsMs: [2_000, 9_000, 1_900],
});
const differing = (native: Said, containers: Said) =>
  compareRuntimes(native, containers).flatMap(({ name, same }) => (same ? [] : [name]));

test('what both say is the same', () => {
  const same = compareRuntimes(said(), said()).filter(({ group }) => group !== 'contract');
  expect(same.map((row) => row.same)).toEqual([true, true]);
});

test('another verdict, another check, and an experiment that one side lacks differ', () => {
  const failed = { ...kept, verdict: 'fail' as const };
  expect(differing(said({ contracts: undefined }), said({ contracts: undefined, experiments: [failed] }))).toEqual([
    kept.slug,
  ]);
  expect(differing(said({ contracts: undefined }), said({ contracts: undefined, experiments: [] }))).toEqual([
    kept.slug,
  ]);
});

test('an unknown equals nothing, not even another unknown', () => {
  const unsure = { ...kept, verdict: 'unknown' as const };
  const both = said({ contracts: undefined, experiments: [unsure] });
  expect(differing(both, both)).toEqual([kept.slug]);
});

test('a defect that neither found is no agreement', () => {
  const missed = {
    ...{ defect: 'a-bug', description: '', service: 'order', experiment: kept.slug, expectedCheck: 'exactly-once' },
    ...{ found: false, foundBy: [], why: 'the fault never landed', replacements: 1, tookMs: 10 },
  };
  const both = { ...said({ contracts: undefined }), defects: [missed] };
  expect(differing(both, both)).toEqual(['a-bug']);
  const found = { ...both, defects: [{ ...missed, found: true }] };
  expect(differing(found, found)).toEqual([]);
});

test('a boot that takes more than three times as long is a row that differs, and the page names it', () => {
  const slow = { ...said({ contracts: undefined }), bootsMs: [6_100, 6_000, 6_200] };
  const native = said({ contracts: undefined });
  const rows = compareRuntimes(native, slow);
  expect(rows[0]).toMatchObject({ group: 'boot', same: false });
  expect(describeComparison(rows, native, slow)).toContain('**1 of 2 rows differ:** boot');
});

test('an experiment whose fault only one runtime can do is told, and its unknown is no agreement', () => {
  const native = said({ contracts: undefined });
  const containers = said({ contracts: undefined, experiments: [] });
  const fault = kept.case?.faults[0]?.spec.fault;
  const onlyOn = (name: string) => (name === fault ? ('native' as const) : undefined);
  expect(compareRuntimes(native, containers, onlyOn)[1]).toMatchObject({ only: 'native', same: true });
  const unsure = said({ contracts: undefined, experiments: [{ ...kept, verdict: 'unknown' }] });
  expect(compareRuntimes(unsure, containers, onlyOn)[1]).toMatchObject({ same: false });
});
