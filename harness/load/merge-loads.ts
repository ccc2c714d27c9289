/** Several saved loads of one scenario as one: counts and histograms are added, thresholds are judged again, the worst of everything else stands. */
import {
  HarnessError,
  type LoadAmplification,
  type LoadRecovery,
  type LoadResult,
  type LoadThreshold,
  type Verdict,
  worstOf,
} from '../core/index.ts';
import { perCall } from './amplification.ts';
import { judgeThresholds } from './judge-load.ts';
import { mergePhases } from './merge.ts';
import { readPoints } from './points-file.ts';
import { type SeriesRecorder, seriesRecorder } from './series.ts';
import { judgeThreshold, parseThreshold } from './threshold.ts';

/** A load of a saved run. */
export interface SavedLoad {
  /** Id of its run. */
  readonly run: string;
  readonly load: LoadResult;
  /** Its points, absolute. */
  readonly pointsFile: string;
}

/**
 * Throws `bad-argument` where they are not loads of one kind. The series is made again from the points, since percentiles of steps cannot
 * be put together: `bad-file` where they are gone.
 */
export async function mergeLoads(saved: readonly SavedLoad[]): Promise<LoadResult> {
  const [first, ...others] = saved;
  if (first === undefined) throw refuse('there is no load to merge', 'name the folders of the runs');
  for (const other of others) refuseStranger(first, other);
  const loads = saved.map(({ load }) => load);
  const sum = (read: (load: LoadResult) => number) => loads.reduce((total, load) => total + read(load), 0);
  const phases = mergePhases(loads);
  const startedAt = Math.min(...loads.map((load) => load.startedAt));
  const recovery = slowest(loads);
  const errors = sum(({ budget }) => budget.errors);
  const allowed = sum(({ budget }) => budget.allowed);
  const budget = { target: first.load.budget.target, errors, allowed, used: allowed > 0 ? errors / allowed : 0 };
  const dropped = sum((load) => load.dropped);
  const thresholds = mergeThresholds(loads, { phases, dropped, budgetUsed: budget.used, recoveryMs: recovery?.tookMs });
  const verdicts = mergeVerdicts(saved, thresholds);
  const verdict = worstOf(verdicts.map(({ status }) => status));
  const worst = verdicts.find(({ status }) => status === verdict && status !== 'pass');
  // What was judged was judged of each by its own history.
  const { recovery: _, reason: __, judged: ___, ...base } = first.load;
  return {
    ...base,
    startedAt,
    endedAt: Math.max(...loads.map(({ endedAt }) => endedAt)),
    rate: areSideBySide(loads) ? sum(({ rate }) => rate) : Math.max(...loads.map(({ rate }) => rate)),
    engine: mergeEngines(loads),
    phases,
    series: (await joinedSeries(saved)).series(),
    thresholds,
    ...(recovery ? { recovery } : {}),
    amplification: mergeAmplification(loads),
    budget,
    faults: loads.flatMap(({ faults }) => faults),
    accepted: sum(({ accepted }) => accepted),
    dropped,
    quietAfterMs: Math.max(...loads.map(({ quietAfterMs }) => quietAfterMs)),
    state: {
      entities: sum(({ state }) => state.entities),
      byState: added(loads.map(({ state }) => state.byState)),
      sums: added(loads.map(({ state }) => state.sums)),
    },
    memory: {
      startBytes: Math.max(...loads.map(({ memory }) => memory.startBytes)),
      peakBytes: Math.max(...loads.map(({ memory }) => memory.peakBytes)),
    },
    notHealed: loads.flatMap(({ notHealed }) => notHealed),
    verdicts,
    verdict,
    ...(worst?.reason ? { reason: worst.reason } : {}),
  };
}

function refuseStranger(first: SavedLoad, other: SavedLoad): void {
  const differs = (what: string, one: string, two: string) => {
    if (one === two) return;
    const message = `${first.run} and ${other.run} are not loads of one kind: ${what} differs (${one}, ${two})`;
    throw refuse(message, 'merge loads of one scenario, with the same faults');
  };
  if (first.load.caseId === other.load.caseId)
    throw refuse(`the load of ${first.run} stands twice`, 'name the folder of each run once');
  differs('the scenario', first.load.scenario, other.load.scenario);
  differs('the experiment', first.load.with?.slug ?? 'none', other.load.with?.slug ?? 'none');
}

/** By way of points: steps of several loads are joined by the time since each began. */
async function joinedSeries(saved: readonly SavedLoad[]): Promise<SeriesRecorder> {
  const joined = seriesRecorder();
  for (const { load, pointsFile } of saved) {
    for await (const point of readPoints(pointsFile)) {
      if (point.kind !== 'request') continue;
      const { endAt, durationMs, status, timedOut } = point;
      const latencyMs = status !== 0 || timedOut ? durationMs : undefined;
      joined.add(endAt - durationMs - load.startedAt, status === 0 || status >= 400, latencyMs);
    }
  }
  return joined;
}

function areSideBySide(loads: readonly LoadResult[]): boolean {
  const inOrder = loads.toSorted((a, b) => a.startedAt - b.startedAt);
  return inOrder.some((load, index) => load.startedAt < (inOrder[index - 1]?.endedAt ?? 0));
}

/** One that was not back makes the whole not back. */
function slowest(loads: readonly LoadResult[]): LoadRecovery | undefined {
  const found = loads.flatMap(({ recovery }) => recovery ?? []);
  const open = found.find(({ tookMs }) => tookMs === undefined);
  return open ?? found.toSorted((a, b) => Number(b.tookMs) - Number(a.tookMs))[0];
}

function mergeEngines(loads: readonly LoadResult[]): LoadResult['engine'] {
  const order = ['broken', 'stopped', 'thresholds', 'completed'] as const;
  const [worst] = loads.map(({ engine }) => engine).sort((a, b) => order.indexOf(a.end) - order.indexOf(b.end));
  const processes = loads.reduce((total, { engine }) => total + engine.processes, 0);
  return { ...(worst as LoadResult['engine']), processes };
}

function mergeThresholds(
  loads: readonly LoadResult[],
  figures: Parameters<typeof judgeThreshold>[2],
): readonly LoadThreshold[] {
  const asked = new Map(loads.flatMap(({ thresholds }) => thresholds).map((one) => [one.text, one.by]));
  return [...asked].map(([text, by]) => judgeThreshold(parseThreshold(text), by, figures));
}

/** Of each check the worst; what a part said stands in the evidence with its name. */
function mergeVerdicts(saved: readonly SavedLoad[], thresholds: readonly LoadThreshold[]): readonly Verdict[] {
  const said = saved.flatMap(({ run, load }) => load.verdicts.map((verdict) => ({ run, verdict })));
  const checks = [...new Set(said.map(({ verdict }) => verdict.check))].filter((check) => check !== 'thresholds');
  const merged = checks.map((check): Verdict => {
    const of = said.filter(({ verdict }) => verdict.check === check);
    const status = worstOf(of.map(({ verdict }) => verdict.status));
    const worst = of.filter(({ verdict }) => verdict.status === status);
    const [{ verdict }] = worst as [(typeof of)[number]];
    const share = of.length === worst.length ? `all ${of.length} loads` : `${worst.length} of ${of.length} loads`;
    const evidence = worst.flatMap(({ run, verdict: one }) => [`${run}: ${one.summary}`, ...one.evidence.slice(0, 5)]);
    const reason = verdict.reason ? { reason: verdict.reason } : {};
    return { check, status, ...reason, summary: `${share}: ${verdict.summary}`, evidence: evidence.slice(0, 20) };
  });
  return [...merged, ...judgeThresholds(thresholds)];
}

function mergeAmplification(loads: readonly LoadResult[]): readonly LoadAmplification[] {
  const rows = new Map<string, LoadAmplification & { readonly atDoor: number }>();
  for (const row of loads.flatMap(({ amplification }) => amplification)) {
    const key = `${row.edge} ${row.phase}`;
    const known = rows.get(key);
    const calls = row.calls + (known?.calls ?? 0);
    const atDoor = (row.atDoor ?? Math.round(row.calls / (row.perCall || 1))) + (known?.atDoor ?? 0);
    rows.set(key, { ...row, calls, atDoor, perCall: perCall(calls, atDoor) });
  }
  return [...rows.values()];
}

function added(parts: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const sums = new Map<string, number>();
  for (const [name, value] of parts.flatMap((part) => Object.entries(part)))
    sums.set(name, (sums.get(name) ?? 0) + value);
  return Object.fromEntries(sums);
}

function refuse(message: string, hint: string): HarnessError {
  return new HarnessError({ code: 'bad-argument', message, hint });
}
