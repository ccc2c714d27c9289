/** What the processes of a part hold: memory of their own, open files, connections; read from /proc. */
import { readdirSync, readFileSync } from 'node:fs';
import type { Usage } from '../core/lab.ts';
import { listProcesses, treeOf } from './process-table.ts';
import { readSockets, socketInodesOf } from './sockets.ts';

export type Held = Omit<Usage, 'part'>;

/** Of the process and its descendants; `apart`: it has a network of its own. Undefined where there is no such process (or no /proc). */
export type UsageMeter = (pid: number, options?: { readonly apart?: boolean }) => Held | undefined;

/** Process table and sockets are read once, however many parts are looked at with it. */
export function usageMeter(): UsageMeter {
  const table = listProcesses();
  const establishedHere = once(() => establishedOf('self'));
  return (pid, { apart = false } = {}) => {
    const tree = treeOf(pid, table).filter(({ state }) => state !== 'Z');
    if (tree.length === 0) return undefined;
    const open = apart ? establishedOf(pid) : establishedHere();
    const sum = (of: (pid: number) => number) => tree.reduce((total, one) => total + of(one.pid), 0);
    return {
      memoryBytes: sum(ownMemoryOf),
      descriptors: sum(descriptorsOf),
      connections: sum((one) => socketInodesOf(one).filter((inode) => open.has(inode)).length),
    };
  };
}

function once<Value>(read: () => Value): () => Value {
  let known: { readonly value: Value } | undefined;
  return () => {
    known ??= { value: read() };
    return known.value;
  };
}

function establishedOf(pid: number | 'self'): ReadonlySet<string> {
  return new Set(readSockets(pid).flatMap(({ state, inode }) => (state === 'established' ? [inode] : [])));
}

/** Resident and anonymous: neither shared nor backed by a file. */
function ownMemoryOf(pid: number): number {
  try {
    return Number(/^RssAnon:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? 0) * 1_024;
  } catch {
    return 0;
  }
}

function descriptorsOf(pid: number): number {
  try {
    return readdirSync(`/proc/${pid}/fd`).length;
  } catch {
    return 0;
  }
}
