/** Puts the phases of several loads together: counts are added, percentiles are taken from the merged histograms, never averaged. */
import type { LoadPhase } from '../core/index.ts';
import { createHistogram } from './histogram.ts';

/** The phases of one load, and when it began (epoch ms). */
export interface PhasesOf {
  readonly startedAt: number;
  readonly phases: readonly LoadPhase[];
}

/**
 * Phases of the same name are one, in the order of the first load. Throughput is requests over the time in which any of the loads was in
 * that phase: loads side by side add up, loads one after the other do not.
 */
export function mergePhases(loads: readonly PhasesOf[]): readonly LoadPhase[] {
  const startedAt = Math.min(...loads.map((load) => load.startedAt));
  const shifted = loads.flatMap((load) =>
    load.phases.map((phase) => ({
      ...phase,
      fromMs: phase.fromMs + load.startedAt - startedAt,
      toMs: phase.toMs + load.startedAt - startedAt,
    })),
  );
  const names = [...new Set(shifted.map(({ phase }) => phase))];
  return names.map((name) => mergeOne(shifted.filter(({ phase }) => phase === name)));
}

function mergeOne(parts: readonly LoadPhase[]): LoadPhase {
  const [first] = parts as [LoadPhase];
  const latency = createHistogram();
  const statuses: Record<string, number> = {};
  for (const part of parts) {
    latency.merge(createHistogram(part.histogram));
    for (const [status, count] of Object.entries(part.statuses)) statuses[status] = (statuses[status] ?? 0) + count;
  }
  const sum = (read: (phase: LoadPhase) => number) => parts.reduce((total, part) => total + read(part), 0);
  const at = (share: number) => latency.percentile(share) ?? 0;
  const max = Math.max(0, ...parts.map((part) => part.latency?.max ?? 0));
  const requests = sum((part) => part.requests);
  const lastedMs = coveredMs(parts);
  return {
    phase: first.phase,
    fromMs: Math.min(...parts.map(({ fromMs }) => fromMs)),
    toMs: Math.max(...parts.map(({ toMs }) => toMs)),
    requests,
    errors: sum(({ errors }) => errors),
    statuses,
    ...(latency.count === 0 ? {} : { latency: { p50: at(0.5), p90: at(0.9), p95: at(0.95), p99: at(0.99), max } }),
    throughput: lastedMs > 0 ? requests / (lastedMs / 1_000) : 0,
    histogram: latency.slots(),
  };
}

/** Length of the union of the spans. */
function coveredMs(spans: readonly { readonly fromMs: number; readonly toMs: number }[]): number {
  let covered = 0;
  let reached = Number.NEGATIVE_INFINITY;
  for (const { fromMs, toMs } of spans.toSorted((a, b) => a.fromMs - b.fromMs)) {
    covered += Math.max(0, toMs - Math.max(fromMs, reached));
    reached = Math.max(reached, toMs);
  }
  return covered;
}
