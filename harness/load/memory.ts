/** Memory of the harness and of the wire while a load runs: sampled ever less often as it goes on, so that what is kept stays small. */
import { readFileSync } from 'node:fs';
import type { Lab, LoadMemory, LoadMemorySample } from '../core/index.ts';

export interface MemorySampler {
  /** About once a second; `fromMs` since the load began. */
  sample(fromMs: number): void;
  result(): LoadMemory;
}

const MOST_SAMPLES = 240;

/** `wirePid`: its process on this machine, where there is one. */
export function memorySampler(wirePid?: number, mostSamples = MOST_SAMPLES): MemorySampler {
  const startBytes = process.memoryUsage.rss();
  let peakBytes = startBytes;
  let samples: LoadMemorySample[] = [];
  let every = 1;
  let asked = 0;
  return {
    sample(fromMs) {
      const harnessBytes = process.memoryUsage.rss();
      peakBytes = Math.max(peakBytes, harnessBytes);
      if (asked++ % every !== 0) return;
      const wireBytes = wirePid === undefined ? undefined : residentBytes(wirePid);
      samples.push({ fromMs: Math.round(fromMs), harnessBytes, ...(wireBytes === undefined ? {} : { wireBytes }) });
      if (samples.length < mostSamples) return;
      samples = samples.filter((_, index) => index % 2 === 0);
      every *= 2;
    },
    result: () => ({ startBytes, peakBytes, samples }),
  };
}

/** Undefined where the wire is no process of this machine (containers), or the machine does not tell. */
export async function wirePidOf(lab: Lab): Promise<number | undefined> {
  if (lab.descriptor.runtime !== 'native') return undefined;
  return (await lab.parts.list()).find(({ name }) => name === 'wire')?.pid;
}

/** As Linux tells it; undefined elsewhere. */
function residentBytes(pid: number): number | undefined {
  try {
    const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1_024;
  } catch {
    return undefined;
  }
}
