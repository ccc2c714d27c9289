/** Latency, errors and throughput over time, in steps that widen as a load goes on: never many, however long it is. */
import type { LoadSeries, LoadStep } from '../core/index.ts';
import { createHistogram, type Histogram } from './histogram.ts';

export interface SeriesRecorder {
  /** One request: when it began (ms since the load began), and how it ended; `latencyMs` where it counts for latency. */
  add(fromMs: number, isError: boolean, latencyMs: number | undefined): void;
  merge(other: SeriesRecorder): void;
  series(): LoadSeries;
  readonly stepMs: number;
  readonly steps: ReadonlyMap<number, Step>;
}

interface Step {
  requests: number;
  errors: number;
  readonly latency: Histogram;
}

const FIRST_STEP_MS = 1_000;
const MOST_STEPS = 600;

export function seriesRecorder(mostSteps = MOST_STEPS): SeriesRecorder {
  let stepMs = FIRST_STEP_MS;
  let steps = new Map<number, Step>();
  const stepAt = (fromMs: number): Step => {
    const index = Math.max(0, Math.floor(fromMs / stepMs));
    const known = steps.get(index);
    if (known) return known;
    const fresh: Step = { requests: 0, errors: 0, latency: createHistogram() };
    steps.set(index, fresh);
    return fresh;
  };
  const widen = () => {
    const before = steps;
    const widthMs = stepMs;
    stepMs *= 2;
    steps = new Map();
    for (const [index, step] of before) pour(step, stepAt(index * widthMs));
  };
  return {
    add(fromMs, isError, latencyMs) {
      while (fromMs >= mostSteps * stepMs) widen();
      const step = stepAt(fromMs);
      step.requests++;
      if (isError) step.errors++;
      if (latencyMs !== undefined) step.latency.add(latencyMs);
    },
    merge(other) {
      while (stepMs < other.stepMs) widen();
      for (const [index, step] of other.steps) pour(step, stepAt(index * other.stepMs));
    },
    series() {
      const last = Math.max(-1, ...steps.keys());
      return {
        stepMs,
        steps: Array.from({ length: last + 1 }, (_, index) => asData(index * stepMs, steps.get(index))),
      };
    },
    get stepMs() {
      return stepMs;
    },
    get steps() {
      return steps;
    },
  };
}

function pour(from: Step, into: Step): void {
  into.requests += from.requests;
  into.errors += from.errors;
  into.latency.merge(from.latency);
}

function asData(fromMs: number, step: Step | undefined): LoadStep {
  const p50 = step?.latency.percentile(0.5);
  const p95 = step?.latency.percentile(0.95);
  return {
    fromMs,
    requests: step?.requests ?? 0,
    errors: step?.errors ?? 0,
    ...(p50 === undefined ? {} : { p50 }),
    ...(p95 === undefined ? {} : { p95 }),
  };
}
