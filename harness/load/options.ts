/** What a load is asked for, and what it tells while it runs. */
import type { Lab, LoadPhaseName, LoadThreshold } from '../core/index.ts';
import type { Experiment } from '../experiment/index.ts';
import type { FoundScenario } from './scenario.ts';
import type { Threshold } from './threshold.ts';

export interface LoadOptions {
  readonly lab: Lab;
  readonly runFolder: string;
  /** Folder that the scenario's file is named from. */
  readonly root: string;
  readonly found: FoundScenario;
  /** The k6 binary and its version. */
  readonly k6: { readonly path: string; readonly version: string };
  readonly seed: number;
  /** Arrivals per second, at their highest. */
  readonly rate: number;
  readonly durationMs: number;
  /** Its faults are on in the middle third. */
  readonly with?: Experiment;
  readonly thresholds: readonly (Threshold & { readonly by: LoadThreshold['by'] })[];
  /** k6 processes that share the load. */
  readonly processes: number;
  readonly signal: AbortSignal;
  /** About once a second. */
  readonly onProgress?: (progress: LoadProgress) => void;
  /** The command that repeats it. */
  readonly repeat: string;
}

/** Since the last time. */
export interface LoadProgress {
  /** ms since the first request. */
  readonly atMs: number;
  readonly phase: LoadPhaseName;
  readonly requests: number;
  readonly errors: number;
  readonly p50?: number;
  readonly p95?: number;
}
