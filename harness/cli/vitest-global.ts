/** Once per vitest run of chaos suites: uses the lab the command has booted, or the one that is up, or boots one. */
import { freshSeed, systemClock, type Topology } from '../core/index.ts';
import { chooseTopology } from './choose-topology.ts';
import { type HeldLab, holdLab } from './hold-lab.ts';
import { interruptSignal } from './interrupt.ts';
import { DEFAULT_TOPOLOGY } from './project.ts';
import { makeRunFolder, type RunFolder, readExperiments } from './run-folder.ts';
import { beginRun, saveRun } from './save-run.ts';
import { say } from './terminal.ts';
import { descriptorOf } from './up-lab.ts';

export default async function setup(): Promise<(() => Promise<void>) | undefined> {
  if (process.env.FAULTLINE_RUN_FOLDER) return undefined;
  const startedAt = systemClock.now();
  const topology = await topologyForVitest();
  const folder = await makeRunFolder('vitest', startedAt);
  const seed = Number(process.env.FAULTLINE_SEED ?? freshSeed());
  await beginRun({ name: 'vitest', folder, startedAt, seed, topology });
  const signal = interruptSignal();
  const held = await holdLab({ topology, folder: folder.path, signal });
  process.env.FAULTLINE_RUN_FOLDER = folder.path;
  process.env.FAULTLINE_SEED = String(seed);
  process.env.FAULTLINE_LAB = descriptorOf(held.lab);
  process.env.FAULTLINE_TOPOLOGY = topology.name;
  return async () => {
    try {
      await record({ held, folder, startedAt, seed, topology, interrupted: signal.aborted });
    } finally {
      await held.letGo();
    }
  };
}

function topologyForVitest(): Promise<Topology> {
  return chooseTopology(process.env.FAULTLINE_TOPOLOGY, ({ name }) => name === DEFAULT_TOPOLOGY, DEFAULT_TOPOLOGY);
}

interface VitestRun {
  readonly held: HeldLab;
  readonly folder: RunFolder;
  readonly startedAt: number;
  readonly seed: number;
  readonly topology: Topology;
  readonly interrupted: boolean;
}

/** What vitest ran gets its page as well. */
async function record({ held: { lab }, folder, ...run }: VitestRun): Promise<void> {
  const experiments = await readExperiments(folder.path, []);
  await saveRun({ name: 'vitest', ...run, lab, folder, experiments, problems: [], planned: [] });
  say(`report: ${folder.path}/report.html`);
}
