/** The way a topology file declares itself: types only, nothing is checked until it is loaded. */
import type { Topology } from '../core/index.ts';

/** Gives back what it was given; makes an editor know the members and the compiler refuse the wrong ones. */
export function defineTopology(topology: Topology): Topology {
  return topology;
}
