/** Faults that only one runtime can do: known before anything is booted, so that nothing is booted in vain. */
import type { Topology } from '../core/index.ts';
import type { Experiment } from '../experiment/index.ts';
import { faultCatalogue, type Runtime } from '../faults/index.ts';
import { chooseRuntime } from '../runtime/index.ts';
import { isSameTopology } from './hold-lab.ts';
import { runtimeWish } from './runtime-wish.ts';
import { findUpLab } from './up-lab.ts';

/** What can be told of an experiment before it runs. */
type Breaks = Pick<Experiment, 'faults'>;

/** Whether a lab of that runtime can have all of its faults. A fault nobody knows is told by who plans it. */
export async function fitsRuntime({ faults }: Breaks, runtime: Runtime): Promise<boolean> {
  const { entries } = await faultCatalogue();
  return faults.every(({ fault }) => entries.get(fault)?.runtimes?.includes(runtime) ?? true);
}

/** The runtime that the lab is going to have; undefined, and nobody asked, where all of the faults can be had in any. */
export async function runtimeAhead(
  experiments: readonly Breaks[],
  topology: Topology,
  fresh: boolean,
): Promise<Runtime | undefined> {
  const { entries } = await faultCatalogue();
  const cares = experiments.some(({ faults }) => faults.some(({ fault }) => entries.get(fault)?.runtimes));
  if (!cares) return undefined;
  const up = fresh ? undefined : await findUpLab();
  await up?.detach();
  if (up && isSameTopology(up.topology, topology)) return up.descriptor.runtime;
  return (await chooseRuntime(runtimeWish(), topology)).runtime;
}
