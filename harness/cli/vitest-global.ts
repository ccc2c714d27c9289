/** Once per vitest run of chaos suites: uses the lab the command has booted, or the one that is up, or boots one. */
import { freshSeed, systemClock } from '../core/index.ts';
import { takeDownLab } from '../runtime/index.ts';
import { loadTopology } from '../topology/index.ts';
import { bringUp, findUpLab } from './bring-up.ts';
import { interruptSignal } from './interrupt.ts';
import { DEFAULT_TOPOLOGY } from './project.ts';
import { makeRunFolder } from './run-folder.ts';

export default async function setup(): Promise<(() => Promise<void>) | undefined> {
  if (process.env.FAULTLINE_RUN_FOLDER) return undefined;
  const folder = await makeRunFolder('vitest', systemClock.now());
  process.env.FAULTLINE_RUN_FOLDER = folder.path;
  process.env.FAULTLINE_SEED ??= String(freshSeed());
  const up = await findUpLab();
  if (up) {
    process.env.FAULTLINE_LAB = `${up.descriptor.folder}/lab.json`;
    await up.detach();
    return undefined;
  }
  const topology = await loadTopology(process.env.FAULTLINE_TOPOLOGY ?? DEFAULT_TOPOLOGY);
  const lab = await bringUp({ topology, folder: folder.path, signal: interruptSignal() });
  process.env.FAULTLINE_LAB = `${lab.descriptor.folder}/lab.json`;
  return () => takeDownLab(lab);
}
