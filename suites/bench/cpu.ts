/** Processor time by part of a lab, read from the process table: what an order or a boot really costs, whatever else runs. */
import { readdirSync, readFileSync } from 'node:fs';
import type { Lab } from '../../harness/core/index.ts';
import type { BenchRow } from './bench.ts';

/** Linux counts processor time for users in hundredths of a second, on every architecture. */
const TICK_MS = 10;

/** Milliseconds of processor time since each part began, by its name; `warden` and `driver` (this process) are parts as well. */
export type CpuTimes = Readonly<Record<string, number>>;

/** Used since the machine was started, by everybody, in ms of one processor. */
const EVERYBODY = 'everybody';

/** A part is its process with all descendants, those that have ended and were waited for included. */
export async function cpuTimes(lab: Lab): Promise<CpuTimes> {
  const table = processTable();
  const parts = (await lab.parts.list()).flatMap(({ name, pid }) => (pid === undefined ? [] : [{ name, pid }]));
  const times: Record<string, number> = { [EVERYBODY]: machineMs(), driver: table.get(process.pid)?.ownMs ?? 0 };
  for (const { name, pid } of parts) times[name] = cpuOfTree(pid, table);
  const warden = parts.map(({ pid }) => table.get(pid)?.parent).find((pid) => pid !== undefined && pid > 1);
  if (warden !== undefined) times.warden = table.get(warden)?.ownMs ?? 0;
  return times;
}

/** What was used between two readings. */
export function cpuBetween(before: CpuTimes, after: CpuTimes): CpuTimes {
  return Object.fromEntries(Object.entries(after).map(([part, ms]) => [part, ms - (before[part] ?? 0)]));
}

export function cpuSum(times: CpuTimes): number {
  return byPart(times).reduce((sum, [, ms]) => sum + ms, 0);
}

/** The parts, the dearest first. */
export function byPart(times: CpuTimes): readonly (readonly [part: string, ms: number])[] {
  return Object.entries(times)
    .filter(([part]) => part !== EVERYBODY)
    .sort(([, a], [, b]) => b - a);
}

/** What others used meanwhile, in processors: more than a little, and the figures say more about them than about us. */
export function othersRow(used: CpuTimes, tookMs: number): BenchRow {
  const value = Math.max(0, (used[EVERYBODY] ?? 0) - cpuSum(used)) / tookMs;
  return { name: '  processors that others used meanwhile', unit: '', value };
}

interface Entry {
  readonly parent: number;
  readonly ownMs: number;
  readonly endedChildrenMs: number;
}

/** User, nice, system, (idle, waiting,) interrupts of both kinds, stolen: all processors together. */
function machineMs(): number {
  const [line = ''] = readFileSync('/proc/stat', 'latin1').split('\n', 1);
  const ticks = line.split(/\s+/).slice(1).map(Number);
  return [0, 1, 2, 5, 6, 7].reduce((sum, column) => sum + (ticks[column] ?? 0), 0) * TICK_MS;
}

function processTable(): Map<number, Entry> {
  const table = new Map<number, Entry>();
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    const entry = Number.isInteger(pid) ? readEntry(pid) : undefined;
    if (entry) table.set(pid, entry);
  }
  return table;
}

function readEntry(pid: number): Entry | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // Behind the command in parentheses: state, parent, …, and from the 12th on user, system, and both of ended children.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [user = 0, system = 0, childUser = 0, childSystem = 0] = fields.slice(11, 15).map(Number);
    const endedChildrenMs = (childUser + childSystem) * TICK_MS;
    return { parent: Number(fields[1]), ownMs: (user + system) * TICK_MS, endedChildrenMs };
  } catch {
    return undefined;
  }
}

function cpuOfTree(root: number, table: ReadonlyMap<number, Entry>): number {
  const entry = table.get(root);
  if (!entry) return 0;
  let sum = entry.ownMs + entry.endedChildrenMs;
  for (const [pid, { parent }] of table) if (parent === root) sum += cpuOfTree(pid, table);
  return sum;
}
