/** Saved runs of `faultline load`, tallied from given samples as a real load is, with their points on disk. */
import { join } from 'node:path';
import { makeSampleLoad } from '../../../fixtures/sample-run/load.ts';
import { type LoadResult, type RunFile, seededRandom } from '../../../harness/core/index.ts';
import { EMPTY_STATE, writeHistory } from '../../../harness/history/index.ts';
import { figuresOf } from '../../../harness/load/figures.ts';
import { gatherer } from '../../../harness/load/gathered.ts';
import { parseThreshold } from '../../../harness/load/index.ts';
import type { RequestPoint } from '../../../harness/load/points.ts';
import { openPoints } from '../../../harness/load/points-file.ts';
import { writeRun } from '../../../harness/report/index.ts';
import { runOf } from '../gate/runs.ts';

export interface SavedLoadInit {
  readonly id: string;
  readonly seed: number;
  readonly startedAt: number;
  readonly requests: number;
  readonly load?: Partial<LoadResult>;
  readonly run?: Partial<RunFile>;
}

export const LOAD_MS = 30_000;

/** Latencies over four orders of magnitude, slower in the middle third; the points are what was written, in order. */
export function samplesOf({ seed, startedAt, requests }: SavedLoadInit): RequestPoint[] {
  const random = seededRandom(seed).fork('samples');
  return Array.from({ length: requests }, (_, index) => {
    const fromMs = (index * LOAD_MS) / requests;
    const isSlow = fromMs > LOAD_MS / 3 && fromMs < (2 * LOAD_MS) / 3;
    const durationMs = (isSlow ? 20 : 0.5) * 10 ** (2 * random.next());
    const status = isSlow && random.next() < 0.1 ? 503 : 201;
    const endAt = startedAt + fromMs + durationMs;
    return { kind: 'request', endAt, durationMs, status, name: 'POST /api/v1/orders', timedOut: false };
  });
}

/** Writes run.json, points and history to `runs/<id>`. */
export async function saveLoad(runs: string, init: SavedLoadInit): Promise<LoadResult> {
  const { id, seed, startedAt } = init;
  const { recovery: _, ...sample } = makeSampleLoad();
  const caseId = seed.toString(16).padStart(16, '0');
  const { contracts: __, ...run } = runOf([], { id, seed, startedAt, ...init.run });
  const gathered = gatherer(caseId, run.topology, 'gateway', true);
  gathered.times.injectedAt = startedAt + LOAD_MS / 3;
  gathered.times.healedAt = startedAt + (2 * LOAD_MS) / 3;
  const writer = await openPoints(join(runs, id, sample.points));
  for (const point of samplesOf(init)) {
    gathered.tally.add(point);
    writer.add(point);
  }
  await writer.close();
  const thresholds = [{ ...parseThreshold('p95<5000'), by: 'scenario' as const }];
  const load: LoadResult = {
    ...sample,
    ...figuresOf({ thresholds }, gathered),
    ...{ caseId, seed, startedAt, endedAt: startedAt + LOAD_MS, history: `history/${caseId}.ndjson` },
    ...init.load,
  };
  const header = { case: caseId, run: id, topology: run.topology.name, seed };
  await writeHistory(join(runs, id, load.history), header, [], EMPTY_STATE);
  await writeRun({ ...run, experiments: [], load, verdict: load.verdict, exitCode: 0 }, join(runs, id, 'run.json'));
  return load;
}
