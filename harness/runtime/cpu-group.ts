/** Control groups of this machine that let a child process have only so much processor: where their folder may be written (root, mostly). */
import { accessSync, constants, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Grip } from './warden/life.ts';

const PERIOD_US = 100_000;
/** The kernel takes no less. */
const LEAST_QUOTA_US = 1_000;

/** Version 2 has one tree for everything, version 1 one for the processor alone. */
interface Tree {
  readonly root: string;
  limit(folder: string, cpus: number): void;
}

const TREES: readonly Tree[] = [
  {
    root: '/sys/fs/cgroup',
    limit: (folder, cpus) => writeFileSync(join(folder, 'cpu.max'), `${quotaOf(cpus)} ${PERIOD_US}`),
  },
  {
    root: '/sys/fs/cgroup/cpu',
    limit(folder, cpus) {
      writeFileSync(join(folder, 'cpu.cfs_period_us'), String(PERIOD_US));
      writeFileSync(join(folder, 'cpu.cfs_quota_us'), String(quotaOf(cpus)));
    },
  },
];

/** Whether a process of ours can be held back here. */
export function canLimitCpu(): boolean {
  return treeHere() !== undefined;
}

/**
 * Puts processes (and what they start later) into a group of their own. The folder bears the run's name, so that whoever cleans up after the
 * run finds it. Throws where the kernel refuses.
 */
export function limitCpuOf(pids: readonly number[], cpus: number, { run, part }: { run: string; part: string }): Grip {
  const tree = treeHere();
  if (!tree) throw new Error('control groups cannot be written here');
  const folder = join(tree.root, `${prefixOf(run)}${part}`);
  mkdirSync(folder, { recursive: true });
  tree.limit(folder, cpus);
  move(pids, folder);
  let times = 0;
  return {
    async felt() {
      times = Math.max(times, throttledIn(folder));
      return {
        times,
        by: `periods of the scheduler in which ${part} wanted more than ${cpus} processors, by the kernel`,
      };
    },
    renew: (pid) => move([pid], folder),
    async relieve() {
      move(readText(join(folder, 'cgroup.procs')).split('\n').filter(Boolean).map(Number), tree.root);
      remove(folder);
    },
  };
}

/** Removes what a run has left; its processes are gone by then. */
export function removeCpuGroups(run: string): void {
  for (const { root } of TREES) {
    for (const name of namesIn(root)) if (name.startsWith(prefixOf(run))) remove(join(root, name));
  }
}

function treeHere(): Tree | undefined {
  return TREES.find(({ root }, index) => {
    // The root of version 2 lists its controllers; where there is no such file it is only the place where those of version 1 are.
    const isThere = index > 0 || / ?\bcpu\b/.test(readText(join(root, 'cgroup.subtree_control')));
    return isThere && canWrite(join(root, 'cgroup.procs'));
  });
}

function throttledIn(folder: string): number {
  return Number(/^nr_throttled (\d+)$/m.exec(readText(join(folder, 'cpu.stat')))?.[1] ?? 0);
}

/** One that has ended meanwhile is no error. */
function move(pids: readonly number[], folder: string): void {
  for (const pid of pids) {
    try {
      writeFileSync(join(folder, 'cgroup.procs'), String(pid));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}

function remove(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Gone already, or a process of it is just ending: an empty group costs nothing, and the next removal takes it.
  }
}

function quotaOf(cpus: number): number {
  return Math.max(LEAST_QUOTA_US, Math.round(cpus * PERIOD_US));
}

function prefixOf(run: string): string {
  return `faultline-${run}-`;
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function canWrite(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
