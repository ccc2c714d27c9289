/** What a load gathers while it runs: times of the faults, the tally of its points, calls behind the door, memory. */
import type { Topology } from '../core/index.ts';
import { type AmplificationCounter, amplificationCounter } from './amplification.ts';
import { type MemorySampler, memorySampler } from './memory.ts';
import { type LoadTally, loadTally } from './tally.ts';

export interface Gathered {
  readonly caseId: string;
  readonly times: { injectedAt: number | undefined; healedAt: number | undefined };
  readonly tally: LoadTally;
  readonly calls: AmplificationCounter;
  readonly memory: MemorySampler;
}

export function gatherer(
  caseId: string,
  topology: Topology,
  door: string,
  withFaults: boolean,
  wirePid?: number,
): Gathered {
  const times: Gathered['times'] = { injectedAt: undefined, healedAt: undefined };
  return {
    caseId,
    times,
    tally: loadTally(() => times, withFaults),
    calls: amplificationCounter(topology, door, () => times, withFaults),
    memory: memorySampler(wirePid),
  };
}
