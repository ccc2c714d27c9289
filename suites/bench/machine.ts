/** How much of the machine a benchmark really had: other work on it makes every figure worse, so it is told beside them. */
import { availableParallelism, cpus, loadavg } from 'node:os';

const SPIN_MS = 100;

export interface MachineNoise {
  /** Processes that wanted to run, on average over the last minute. */
  readonly load: number;
  readonly processors: number;
  /** Part of the time a process that wanted one processor had it: 1 on a quiet machine. */
  readonly share: number;
}

/** Keeps one processor busy for a moment and looks how much of it was given. */
export function machineNoise(): MachineNoise {
  const cpuBefore = process.cpuUsage();
  const startMs = performance.now();
  while (performance.now() - startMs < SPIN_MS);
  const { user, system } = process.cpuUsage(cpuBefore);
  const share = Math.min(1, (user + system) / 1000 / (performance.now() - startMs));
  return { load: loadavg()[0] ?? Number.NaN, processors: availableParallelism(), share };
}

export function machineName(): string {
  return `${cpus()[0]?.model.trim() ?? process.arch}, ${availableParallelism()} processors, Node ${process.versions.node}`;
}

export function describeNoise({ load, processors, share }: MachineNoise): string {
  return `load ${load.toFixed(1)} on ${processors} processors, ${Math.round(share * 100)} % of one to be had`;
}
