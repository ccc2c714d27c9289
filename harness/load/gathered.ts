/** What a load gathers while it runs: times of the faults, the tally of its points, calls behind the door, memory. */
import type { Topology } from '../core/index.ts';
import { type AmplificationCounter, amplificationCounter } from './amplification.ts';
import { type LoadTally, loadTally } from './tally.ts';

export interface Gathered {
  readonly caseId: string;
  readonly times: { injectedAt: number | undefined; healedAt: number | undefined };
  readonly tally: LoadTally;
  readonly calls: AmplificationCounter;
  readonly memory: { readonly startBytes: number; peakBytes: number };
}

export function gatherer(caseId: string, topology: Topology, door: string, withFaults: boolean): Gathered {
  const times: Gathered['times'] = { injectedAt: undefined, healedAt: undefined };
  const startBytes = process.memoryUsage.rss();
  return {
    caseId,
    times,
    tally: loadTally(() => times, withFaults),
    calls: amplificationCounter(topology, door, () => times, withFaults),
    memory: { startBytes, peakBytes: startBytes },
  };
}

export function noteMemory({ memory }: Gathered): void {
  memory.peakBytes = Math.max(memory.peakBytes, process.memoryUsage.rss());
}
