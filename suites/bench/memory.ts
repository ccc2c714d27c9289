/** Memory of a lab's parts, read from the process table: Linux counts what processes share once for each in one figure, and divided among them in the other. */
import { readFileSync } from 'node:fs';
import type { Lab } from '../../harness/core/index.ts';

export interface Memory {
  readonly part: string;
  /** Resident, in MB (10^6 bytes); pages that others have as well count in full. */
  readonly residentMb: number;
  /** The same with shared pages divided by how many share them: what can be added up. */
  readonly ownShareMb: number;
}

const KIB = 1024;
const MEGABYTE = 1e6;

/** Of the process that each part was started as, the largest first; parts that have no process of their own are left out. */
export async function memoryOf(lab: Lab): Promise<readonly Memory[]> {
  const parts = await lab.parts.list();
  return parts
    .flatMap(({ name, pid }) => (pid === undefined ? [] : [readMemory(name, pid)]))
    .sort((a, b) => b.residentMb - a.residentMb);
}

function readMemory(part: string, pid: number): Memory {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1');
  const megabytes = (name: string) =>
    (Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1]) * KIB) / MEGABYTE;
  return { part, residentMb: megabytes('Rss'), ownShareMb: megabytes('Pss') };
}
