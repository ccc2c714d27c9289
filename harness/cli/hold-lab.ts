/** A lab to work in: the one that is up where it is the same system, else one booted for the purpose and taken down again. */
import { join } from 'node:path';
import type { Lab, Topology } from '../core/index.ts';
import { findUnhealed, rebuild } from '../experiment/index.ts';
import { takeDownLab } from '../runtime/index.ts';
import { takeLock } from '../setup/index.ts';
import { bringUp } from './bring-up.ts';
import { dim, say } from './terminal.ts';
import { findUpLab, sinceOf } from './up-lab.ts';

export interface HeldLab {
  readonly lab: Lab;
  /** Takes it down, or lets go of the one that stays up. */
  letGo(): Promise<void>;
}

export interface HoldLabOptions {
  readonly topology: Topology;
  /** For logs and the descriptor, where one is booted. */
  readonly folder: string;
  readonly signal: AbortSignal;
  /** Boot one of its own although one is up. */
  readonly fresh?: boolean;
}

export async function holdLab(options: HoldLabOptions): Promise<HeldLab> {
  const { topology, folder, signal, fresh } = options;
  const up = await findUpLab();
  if (up && !fresh && isSameTopology(up.topology, topology)) return useUpLab(up, signal);
  if (up) {
    const why = fresh
      ? ''
      : up.topology.name === topology.name
        ? ' of another version of this topology'
        : ' of another topology';
    say(
      dim(
        `the lab that is up (${up.topology.name}) is left alone: it is${why || ' not asked for'}; booting one beside it`,
      ),
    );
    await up.detach();
  }
  const lab = await bringUp({ topology, folder, signal });
  return { lab, letGo: () => takeDownLab(lab) };
}

/** One at a time, and from a state in which nothing is broken: somebody may have been killed with a fault on. */
async function useUpLab(lab: Lab, signal: AbortSignal): Promise<HeldLab> {
  say(`using the lab that is up: ${lab.topology.name}, services as they were started at ${sinceOf(lab)}`);
  const release = await takeLock(join(lab.descriptor.folder, 'in-use.lock'), {
    signal,
    onWait: (pid) => say(dim(`waiting for process ${pid}, which works in this lab`)),
  });
  const letGo = async () => {
    release();
    await lab.detach();
  };
  try {
    const unhealed = await findUnhealed(lab);
    for (const trouble of unhealed) say(`it is not whole: ${trouble}`);
    if (unhealed.length > 0) {
      await rebuild(lab);
      say('it is whole again: faults taken back, services started anew');
    }
    return { lab, letGo };
  } catch (thrown) {
    await letGo();
    throw thrown;
  }
}

/** Descriptors are JSON: what they hold is compared in that form. */
export function isSameTopology(a: Topology, b: Topology): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
