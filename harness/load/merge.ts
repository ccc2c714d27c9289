/** Puts the phases of several loads together: counts are added, percentiles are taken from the merged histograms, never averaged. */
import type { LoadPhase } from '../core/index.ts';
import { createHistogram } from './histogram.ts';

/** Loads that ran side by side (throughputs add up). Phases of the same name are merged, in the order of the first load. */
export function mergePhases(loads: readonly (readonly LoadPhase[])[]): readonly LoadPhase[] {
  const names = [...new Set(loads.flat().map(({ phase }) => phase))];
  return names.map((name) => mergeOne(loads.flatMap((phases) => phases.filter(({ phase }) => phase === name))));
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
  return {
    phase: first.phase,
    fromMs: Math.min(...parts.map(({ fromMs }) => fromMs)),
    toMs: Math.max(...parts.map(({ toMs }) => toMs)),
    requests: sum(({ requests }) => requests),
    errors: sum(({ errors }) => errors),
    statuses,
    ...(latency.count === 0 ? {} : { latency: { p50: at(0.5), p90: at(0.9), p95: at(0.95), p99: at(0.99), max } }),
    throughput: sum(({ throughput }) => throughput),
    histogram: latency.slots(),
  };
}
