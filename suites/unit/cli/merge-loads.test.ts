/** `faultline report merge` of saved loads: percentiles of the whole are those of the joined samples, and what was broken stays broken. */
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { percentile } from '../../../harness/checks/case-view.ts';
import type { LoadPhaseName, RunFile } from '../../../harness/core/index.ts';
import { LATENCY_RESOLUTION } from '../../../harness/load/index.ts';
import { LOAD_MS, type SavedLoadInit, samplesOf, saveLoad } from '../load/saved-load.ts';
import { faultline, runsFolder } from './faultline.ts';

vi.setConfig({ testTimeout: 60_000 });

const { folder: runs, remove } = runsFolder();
afterAll(remove);

const START = Date.UTC(2026, 5, 1);
/** Two side by side, one later; very different in size. */
const PARTS: readonly SavedLoadInit[] = [
  { id: 'one', seed: 1, startedAt: START, requests: 900 },
  { id: 'two', seed: 2, startedAt: START + 400, requests: 2_500 },
  { id: 'three', seed: 3, startedAt: START + 100_000, requests: 70 },
];
const merge = async (...names: readonly string[]) => {
  const said = await faultline(['report', 'merge', ...names, '--json'], runs);
  return { ...said, run: (said.stdout === '' ? undefined : JSON.parse(said.stdout)) as RunFile };
};

beforeAll(async () => {
  for (const part of PARTS) await saveLoad(runs, part);
});

function inPhase(phase: LoadPhaseName): number[] {
  return PARTS.flatMap((part) => {
    const [injectedAt, healedAt] = [part.startedAt + LOAD_MS / 3, part.startedAt + (2 * LOAD_MS) / 3];
    const of = samplesOf(part).filter(({ endAt, durationMs }) => {
      if (phase === 'before') return endAt < injectedAt;
      if (phase === 'after') return endAt - durationMs > healedAt;
      return phase === 'all' || (endAt >= injectedAt && endAt - durationMs <= healedAt);
    });
    return of.map(({ durationMs }) => durationMs);
  });
}

test('merged percentiles equal those of the joined samples, within the stated resolution', async () => {
  const { code, run } = await merge('one', 'two', 'three');
  expect(code).toBe(0);
  expect(run.load?.phases.map(({ phase }) => phase)).toEqual(['all', 'before', 'during', 'after']);
  for (const { phase, requests, latency } of run.load?.phases ?? []) {
    const joined = inPhase(phase);
    expect(requests).toBe(joined.length);
    for (const [name, share] of Object.entries({ p50: 0.5, p90: 0.9, p95: 0.95, p99: 0.99 })) {
      const exact = percentile(joined, share);
      const measured = latency?.[name as 'p50'] ?? Number.NaN;
      expect(Math.abs(measured - exact)).toBeLessThanOrEqual(exact * LATENCY_RESOLUTION * 0.51 + 0.000_51);
    }
  }
});

test('loads side by side add up to their rate, a later one does not, and the page, the points and the histories are there', async () => {
  const { run } = await merge('one', 'two', 'three');
  const [all] = run.load?.phases ?? [];
  expect(all?.requests).toBe(3_470);
  expect(all?.throughput).toBeGreaterThan(50);
  expect(all?.throughput).toBeLessThan(60);
  expect(run.load?.series.steps.reduce((sum, { requests }) => sum + requests, 0)).toBe(3_470);
  const folder = join(runs, run.id);
  const points = (await readFile(join(folder, run.load?.points ?? ''), 'utf8')).trim().split('\n');
  expect(points).toHaveLength(3_471);
  expect(await readFile(join(folder, 'report.html'), 'utf8')).toContain('id="load"');
  for (const { seed } of PARTS)
    await readFile(join(folder, 'history', `${seed.toString(16).padStart(16, '0')}.ndjson`));
});

test('what was broken in one is broken in the whole, with the name of the part', async () => {
  const lost = {
    check: 'nothing-lost',
    status: 'fail',
    reason: 'broken-promise',
    summary: '3 lost',
    evidence: [],
  } as const;
  await saveLoad(runs, {
    id: 'red',
    seed: 9,
    startedAt: START,
    requests: 50,
    load: { verdicts: [lost], verdict: 'fail' },
  });
  const { code, run } = await merge('one', 'red');
  expect(code).toBe(1);
  const verdict = run.load?.verdicts.find(({ check }) => check === 'nothing-lost');
  expect(verdict).toMatchObject({ status: 'fail', summary: '1 of 2 loads: 3 lost', evidence: ['red: 3 lost'] });
});

test('loads that are not of one kind, or whose points are gone, are refused with one sentence', async () => {
  await saveLoad(runs, { id: 'smoke', seed: 11, startedAt: START, requests: 5, load: { scenario: 'smoke' } });
  await saveLoad(runs, { id: 'holed', seed: 12, startedAt: START, requests: 5 });
  await rm(join(runs, 'holed', 'load'), { recursive: true });
  const sentences: readonly (readonly [readonly string[], string])[] = [
    [['one', 'smoke'], 'one and smoke are not loads of one kind: the scenario differs (flash-sale, smoke)'],
    [['one', 'one'], 'the load of one stands twice'],
    [['one', 'holed'], 'points.ndjson cannot be read'],
  ];
  for (const [names, sentence] of sentences) {
    const { code, stderr } = await merge(...names);
    expect(stderr).toContain(sentence);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(code).toBeGreaterThanOrEqual(3);
  }
});
