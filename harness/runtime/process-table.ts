/** The process table, read from /proc: who is whose child, who carries a lab's mark, and has a pid been given to another since. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

export interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  /** One letter: R running, S sleeping, T stopped, Z ended but not yet reaped, … */
  readonly state: string;
  /** Start time in clock ticks since boot; with the pid it names one process for good. */
  readonly startTicks: number;
}

/** The entry of one pid, or undefined where there is no such process (or no /proc). */
export function readProcess(pid: number): ProcessEntry | undefined {
  const stat = readText(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  // The command stands in parentheses and may hold anything, so the fields are counted from the last one.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state = '?', parent, group] = fields;
  return { pid, state, parent: Number(parent), group: Number(group), startTicks: Number(fields[19]) };
}

export function listProcesses(): ProcessEntry[] {
  return listPids().flatMap((pid) => readProcess(pid) ?? []);
}

/** True while this very process (not a later one with the same pid) exists and has not ended. */
export function isAlive(pid: number, startTicks?: number): boolean {
  const entry = readProcess(pid);
  if (!entry || entry.state === 'Z' || entry.state === 'X') return false;
  return startTicks === undefined || entry.startTicks === startTicks;
}

/** The process itself, its descendants, and the members of its process group. */
export function treeOf(root: number, table = listProcesses()): ProcessEntry[] {
  const found = new Map(
    table.filter(({ pid, group }) => pid === root || group === root).map((entry) => [entry.pid, entry]),
  );
  for (let grown = true; grown; ) {
    grown = false;
    for (const entry of table) {
      if (found.has(entry.pid) || !found.has(entry.parent)) continue;
      found.set(entry.pid, entry);
      grown = true;
    }
  }
  return [...found.values()];
}

/**
 * Processes that carry `NAME=value` in the environment they were started with. A Postgres backend writes its title over its environment:
 * it is known by its working folder, which is its data folder.
 */
export function markedProcesses(mark: string, folders: readonly string[]): ProcessEntry[] {
  return listProcesses().filter(({ pid, state }) => {
    if (state === 'Z') return false;
    if (readText(`/proc/${pid}/environ`)?.split('\0').includes(mark)) return true;
    const workingFolder = readLink(`/proc/${pid}/cwd`);
    const inside = folders.some((folder) => workingFolder === folder || workingFolder?.startsWith(`${folder}/`));
    return inside && readLink(`/proc/${pid}/exe`)?.split('/').at(-1)?.startsWith('postgres') === true;
  });
}

/** Sends a signal; a process that is gone already is no error. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // ESRCH: it ended by itself in the meantime.
  }
}

/** Names this boot of the machine: pids of another boot mean nothing. */
export function bootId(): string {
  return readText('/proc/sys/kernel/random/boot_id')?.trim() ?? '';
}

/** The command line of a process, for messages. */
export function commandOf(pid: number): string {
  return readText(`/proc/${pid}/cmdline`)?.split('\0').join(' ').trim() ?? '';
}

export function listPids(): number[] {
  try {
    return readdirSync('/proc').map(Number).filter(Number.isInteger);
  } catch {
    return [];
  }
}

export function readLink(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return undefined;
  }
}
