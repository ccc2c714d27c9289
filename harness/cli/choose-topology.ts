/** Which topology a command works on: the one that was named, else that of the lab that is up, else the default. */
import type { Topology } from '../core/index.ts';
import { loadTopology } from '../topology/index.ts';
import { findUpLab } from './up-lab.ts';

export async function chooseTopology(
  named: string | undefined,
  fits: (topology: Topology) => Promise<boolean> | boolean,
  otherwise: string,
): Promise<Topology> {
  if (named !== undefined) return loadTopology(named);
  const up = await findUpLab();
  await up?.detach();
  return up && (await fits(up.topology)) ? up.topology : loadTopology(otherwise);
}
