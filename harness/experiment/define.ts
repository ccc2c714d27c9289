/** An experiment: a hypothesis, what is broken, who uses the system meanwhile, and how it is judged. */
import type { CheckSpec, FaultSpec } from '../core/index.ts';
import type { WorkloadContext } from './workload.ts';

export interface ExperimentOptions {
  /** What must hold, as one sentence a colleague would sign. */
  readonly hypothesis: string;
  /** Injected before the workload begins (see `start`), healed when it calls `heal` or ends. */
  readonly faults: readonly FaultSpec[];
  /** `before` the workload (default), or when the workload has `called` inject: for faults that must hit work in flight. */
  readonly start?: 'before' | 'called';
  /** Uses the system through its door. Runs twice with one seed: without faults (control), then with them. */
  readonly workload: (context: WorkloadContext) => Promise<void>;
  readonly checks: readonly CheckSpec[];
  /** What must hold without faults. Default: `STEADY_CHECKS`. */
  readonly controlChecks?: readonly CheckSpec[];
  /** Traffic that succeeds once the system is healed (a breaker closes only under traffic). Repeated until it does. */
  readonly pulse?: (context: WorkloadContext) => Promise<boolean>;
  /** Names of topologies it applies to; default: every one. */
  readonly topologies?: readonly string[];
  /** Whole case, in ms. Default LIMITS.caseMs. */
  readonly deadlineMs?: number;
  /** From the end of the workload to quiet, in ms. Default LIMITS.quiescenceMs. */
  readonly quietWithinMs?: number;
}

export interface Experiment extends ExperimentOptions {
  readonly name: string;
  /** The name in file names and on the command line. */
  readonly slug: string;
  /** File that defines it, where known. */
  readonly file: string;
}

/** Hold in a healthy system whatever the experiment is about. */
export const STEADY_CHECKS: readonly CheckSpec[] = [
  { check: 'terminal-states' },
  { check: 'conservation' },
  { check: 'exactly-once' },
  { check: 'nothing-lost' },
];

export function slugOf(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
    .slice(0, 80);
}
