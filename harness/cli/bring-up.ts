/** From nothing to a running lab: sweep, tools, boot, with progress. Or the lab that `faultline up` holds. */
import { readFile } from 'node:fs/promises';
import { HarnessError, type Lab, type Topology } from '../core/index.ts';
import { attachLab, bootLab, readDescriptor, sweepDeadLabs } from '../runtime/index.ts';
import { ensureTools, type ToolName, type ToolPaths } from '../setup/index.ts';
import { PLACES } from './project.ts';
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
  for (const swept of await sweepDeadLabs()) say(dim(`swept what a dead run left: ${swept}`));
  const tools = await obtainTools(options.topology, options.signal);
  const { topology, folder, signal, detached } = options;
  const lab = await bootLab({ topology, tools, folder, signal, ...(detached ? { detached } : {}) });
  const total = lab.descriptor.boot.reduce((end, { fromMs, tookMs }) => Math.max(end, fromMs + tookMs), 0);
  say(
    `${topology.name} is up after ${duration(total)} ${dim(`(${lab.descriptor.runtime}: ${lab.descriptor.runtimeReason})`)}`,
  );
  return lab;
}

/** The tools this topology needs, obtained where they are missing. */
export function obtainTools(topology: Topology, signal: AbortSignal): Promise<ToolPaths> {
  const wanted: ToolName[] = ['node', 'toxiproxy'];
  if (Object.keys(topology.brokers).length > 0) wanted.push('java', 'kafka');
  if (Object.keys(topology.stores).length > 0) wanted.push('postgres');
  return ensureTools(
    wanted,
    ({ tool, what, state, tookMs }) => {
      if (state === 'start') say(`${tool}: ${what} …`);
      else say(`${tool}: ${what} ${state}${tookMs === undefined ? '' : ` after ${duration(tookMs)}`}`);
    },
    signal,
  );
}

/** The lab that `faultline up` holds, or undefined when none is up. */
export async function findUpLab(): Promise<Lab | undefined> {
  const file = await readFile(PLACES.upFile, 'utf8').catch(() => undefined);
  if (file === undefined) return undefined;
  try {
    const lab = attachLab(await readDescriptor((JSON.parse(file) as { descriptor: string }).descriptor));
    await lab.parts.list();
    return lab;
  } catch {
    return undefined;
  }
}

/** The lab that is up; refused with the way to get one when there is none. */
export async function requireUpLab(): Promise<Lab> {
  const lab = await findUpLab();
  if (lab) return lab;
  throw new HarnessError({ code: 'no-lab', message: 'no lab is up', hint: 'start one: npx faultline up' });
}
