/** How long labs take to boot on each runtime: several, in turn, for one alone says little on a machine that others use. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunFile, Topology } from '../../harness/core/index.ts';
import { bootLab, bootMs, chooseRuntime, takeDownLab } from '../../harness/runtime/index.ts';
import { ensureTools, toolsFor } from '../../harness/setup/index.ts';

export type BootTimes = Readonly<Record<RunFile['runtime'], readonly number[]>>;

/** Milliseconds until all parts were ready, of so many labs on each. */
export async function bootTimes(topology: Topology, rounds: number): Promise<BootTimes> {
  const native: number[] = [];
  const containers: number[] = [];
  for (let round = 0; round < rounds; round++) {
    native.push(await bootOnce(topology, 'native'));
    containers.push(await bootOnce(topology, 'containers'));
  }
  return { native, containers };
}

async function bootOnce(topology: Topology, runtime: RunFile['runtime']): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'faultline-boots-'));
  try {
    const choice = await chooseRuntime(runtime, topology);
    const tools = await ensureTools(choice.runtime === 'native' ? toolsFor(topology) : ['node'], () => {});
    const lab = await bootLab({ topology, tools, folder, choice });
    await takeDownLab(lab);
    return bootMs(lab.descriptor.boot);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
