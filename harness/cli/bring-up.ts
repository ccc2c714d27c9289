/** From nothing to a running lab: sweep, tools, boot, with progress. */
import type { Lab, Topology } from '../core/index.ts';
import { bootLab, bootMs, chooseRuntime, sweepDeadLabs } from '../runtime/index.ts';
import { ensureTools, type ToolName, type ToolPaths, toolsFor } from '../setup/index.ts';
import { bootProgress } from './boot-progress.ts';
import { runtimeWish } from './runtime-wish.ts';
import { dim, duration, say } from './terminal.ts';

export interface BringUpOptions {
  readonly topology: Topology;
  /** Folder for logs and the descriptor. */
  readonly folder: string;
  readonly signal: AbortSignal;
  /** Outlives this process. */
  readonly detached?: boolean;
}

/** Tools, then the lab; says what it does. Labs that a dead harness left are swept first. */
export async function bringUp(options: BringUpOptions): Promise<Lab> {
  const { topology, folder, signal, detached } = options;
  for (const swept of await sweepDeadLabs()) say(dim(`swept what a dead run left: ${swept}`));
  const choice = await chooseRuntime(runtimeWish(), topology);
  const tools = await obtainTools(choice.runtime === 'native' ? toolsFor(topology) : ['node'], signal);
  const progress = bootProgress(`booting ${topology.name}`);
  try {
    const { onProgress } = progress;
    const lab = await bootLab({
      topology,
      tools,
      choice,
      folder,
      signal,
      onProgress,
      ...(detached ? { detached } : {}),
    });
    const { boot, runtime, runtimeReason } = lab.descriptor;
    say(`${topology.name} is up after ${duration(bootMs(boot))} ${dim(`(${runtime}: ${runtimeReason})`)}`);
    return lab;
  } finally {
    progress.end();
  }
}

/** Obtained where they are missing. */
function obtainTools(wanted: readonly ToolName[], signal: AbortSignal): Promise<ToolPaths> {
  return ensureTools(
    wanted,
    ({ tool, what, state, tookMs }) => {
      if (state === 'start') say(`${tool}: ${what} …`);
      else say(`${tool}: ${what} ${state}${tookMs === undefined ? '' : ` after ${duration(tookMs)}`}`);
    },
    signal,
  );
}
