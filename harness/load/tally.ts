/** Adds up raw points as they come, per fault phase and over time, in memory that does not grow with their number. */
import type { LoadPhase, LoadPhaseName, LoadSeries } from '../core/index.ts';
import { createHistogram, type Histogram } from './histogram.ts';
import { type FaultTimes, phaseOf } from './phase.ts';
import type { LoadPoint, RequestPoint } from './points.ts';
import { seriesRecorder } from './series.ts';

export interface LoadTally {
  add(point: LoadPoint): void;
  /** When the first request began, epoch ms. */
  readonly startedAt: number | undefined;
  /** When the last request ended. */
  readonly endedAt: number | undefined;
  readonly accepted: number;
  readonly dropped: number;
  /** `all` first, then those of the faults where there were any. */
  phases(): readonly LoadPhase[];
  series(): LoadSeries;
  /** Takes the requests since the last call out of a small tally of their own, for a line of progress. */
  sinceLast(): { readonly requests: number; readonly errors: number; readonly p50?: number; readonly p95?: number };
}

interface Counts {
  requests: number;
  errors: number;
  readonly statuses: Map<number, number>;
  readonly latency: Histogram;
}

const empty = (): Counts => ({ requests: 0, errors: 0, statuses: new Map(), latency: createHistogram() });

/** `faults` is asked at each point: points come in while faults are put on and off. */
export function loadTally(faults: () => FaultTimes, withFaults: boolean): LoadTally {
  const phases = new Map<LoadPhaseName, Counts>();
  const series = seriesRecorder();
  let recent = empty();
  let startedAt: number | undefined;
  let endedAt: number | undefined;
  let accepted = 0;
  let dropped = 0;
  const countsOf = (phase: LoadPhaseName) => {
    const counts = phases.get(phase) ?? empty();
    phases.set(phase, counts);
    return counts;
  };
  const request = (point: RequestPoint) => {
    const fromMs = point.endAt - point.durationMs;
    // The first points of several processes come in any order: what began a little earlier counts as the beginning.
    startedAt ??= fromMs;
    endedAt = Math.max(endedAt ?? point.endAt, point.endAt);
    const into = [countsOf('all'), recent];
    if (withFaults) into.push(countsOf(phaseOf(fromMs, point.endAt, faults())));
    const isError = point.status === 0 || point.status >= 400;
    const latencyMs = point.status !== 0 || point.timedOut ? point.durationMs : undefined;
    for (const counts of into) {
      counts.requests++;
      if (isError) counts.errors++;
      counts.statuses.set(point.status, (counts.statuses.get(point.status) ?? 0) + 1);
      if (latencyMs !== undefined) counts.latency.add(latencyMs);
    }
    series.add(fromMs - startedAt, isError, latencyMs);
  };
  return {
    add(point) {
      if (point.kind === 'request') request(point);
      else if (point.kind === 'accepted') accepted++;
      else dropped += point.count;
    },
    get startedAt() {
      return startedAt;
    },
    get endedAt() {
      return endedAt;
    },
    get accepted() {
      return accepted;
    },
    get dropped() {
      return dropped;
    },
    phases: () => phaseList(phases, startedAt ?? 0, endedAt ?? 0, faults(), withFaults),
    series: () => series.series(),
    sinceLast() {
      const { requests, errors, latency } = recent;
      recent = empty();
      return { requests, errors, p50: latency.percentile(0.5), p95: latency.percentile(0.95) };
    },
  };
}

function phaseList(
  counted: ReadonlyMap<LoadPhaseName, Counts>,
  startedAt: number,
  endedAt: number,
  { injectedAt = endedAt, healedAt = endedAt }: FaultTimes,
  withFaults: boolean,
): readonly LoadPhase[] {
  const bounds: readonly (readonly [LoadPhaseName, number, number])[] = [
    ['all', startedAt, endedAt],
    ['before', startedAt, injectedAt],
    ['during', injectedAt, healedAt],
    ['after', healedAt, Math.max(healedAt, endedAt)],
  ];
  return bounds.slice(0, withFaults ? 4 : 1).map(([phase, fromMs, toMs]) => {
    const { requests, errors, statuses, latency } = counted.get(phase) ?? empty();
    const at = (share: number) => latency.percentile(share) ?? 0;
    return {
      phase,
      fromMs: fromMs - startedAt,
      toMs: toMs - startedAt,
      requests,
      errors,
      statuses: Object.fromEntries([...statuses].sort(([a], [b]) => a - b).map(([status, count]) => [status, count])),
      ...(latency.count === 0
        ? {}
        : { latency: { p50: at(0.5), p90: at(0.9), p95: at(0.95), p99: at(0.99), max: latency.maxMs } }),
      throughput: toMs > fromMs ? requests / ((toMs - fromMs) / 1_000) : 0,
      histogram: latency.slots(),
    };
  });
}
