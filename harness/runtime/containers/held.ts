/** What a container holds: by the kernel where this machine sees its processes, else its memory alone, by the engine. */
import { readFileSync } from 'node:fs';
import type { Held, UsageMeter } from '../usage.ts';
import type { Pressed } from './pressure.ts';

interface Stats {
  readonly memory_stats: {
    readonly usage?: number;
    /** `anon` with version 2 of control groups, `rss` with version 1. */
    readonly stats?: { readonly anon?: number; readonly rss?: number };
  };
}

export async function heldBy(
  { engine, id }: Pick<Pressed, 'engine' | 'id'>,
  pid: number,
  meter: UsageMeter,
): Promise<Held | undefined> {
  // The engine takes a second over its figures.
  const seen = isHere(pid, id) ? meter(pid, { apart: true }) : undefined;
  if (seen) return seen;
  const { memory_stats: memory } = await engine.call<Stats>(
    'GET',
    `/containers/${id}/stats?stream=false&one-shot=true`,
  );
  const memoryBytes = memory.stats?.anon ?? memory.stats?.rss ?? memory.usage;
  return memoryBytes === undefined ? undefined : { memoryBytes };
}

/** An engine in a virtual machine or elsewhere tells pids that mean other processes here, or none. */
function isHere(pid: number, id: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/cgroup`, 'latin1').includes(id);
  } catch {
    return false;
  }
}
