/** Ends every process of a lab and removes its paths: the last step of the warden, and all of the sweep of a dead one. */
import { existsSync, rmSync } from 'node:fs';
import { systemClock } from '../core/clock.ts';
import { removeCpuGroups } from './cpu-group.ts';
import { isProcess, type JournalLine, type ProcessLine } from './journal.ts';
import { bootId, isAlive, listProcesses, markedProcesses, type ProcessEntry, signal, treeOf } from './process-table.ts';
import { freeSharedMemory } from './shared-memory.ts';

/** The environment variable that every child of a lab carries. */
export const RUN_MARK = 'FAULTLINE_RUN';

/** How long a postmaster may take to end its backends after SIGQUIT before all are killed. */
const QUIT_GRACE_MS = 500;
const LOOK_EVERY_MS = 10;
const MOST_ROUNDS = 300;

/**
 * Ends what the journal names, with all descendants, and what carries the run's mark: postmasters by SIGQUIT, then whatever is there by SIGKILL,
 * again and again until none is left.
 */
export async function endProcesses(run: string, lines: readonly JournalLine[]): Promise<void> {
  const postmasters = lines.flatMap((line) => (line.what === 'child' && line.postmaster && lives(line) ? [line] : []));
  for (const { pid } of postmasters) {
    signal(pid, 'SIGCONT');
    signal(pid, 'SIGQUIT');
  }
  const looks = QUIT_GRACE_MS / LOOK_EVERY_MS;
  for (let look = 0; look < looks && postmasters.some(lives); look++) await systemClock.delay(LOOK_EVERY_MS);
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const left = remaining(run, lines);
    if (left.length === 0) return removeCpuGroups(run);
    for (const { pid } of left) signal(pid, 'SIGKILL');
    await systemClock.delay(LOOK_EVERY_MS);
  }
}

/**
 * Removes the lab's containers, where it has any. Throws `lab-lost` where their engine does not answer. Where its socket is gone altogether
 * there is nobody to ask: should it come back, the next lab in it sweeps by label.
 */
export async function endContainers(run: string, lines: readonly JournalLine[]): Promise<void> {
  for (const line of lines) {
    if (line.what !== 'containers' || isGone(line.engine)) continue;
    const { removeContainersOf } = await import('./containers/clean-up.ts');
    await removeContainersOf(line.engine, run);
  }
}

function isGone(engine: string): boolean {
  return engine.startsWith('unix://') && !existsSync(engine.slice('unix://'.length));
}

/** Removes the folders and files that the journal names, and what servers in them left in shared memory. */
export function removePaths(lines: readonly JournalLine[]): void {
  for (const line of lines) {
    if (line.what !== 'path') continue;
    freeSharedMemory(line.path);
    rmSync(line.path, { recursive: true, force: true, maxRetries: 5, retryDelay: 20 });
  }
}

function remaining(run: string, lines: readonly JournalLine[]): ProcessEntry[] {
  const table = listProcesses();
  const folders = lines.flatMap((line) => (line.what === 'path' ? [line.path] : []));
  const found = markedProcesses(`${RUN_MARK}=${run}`, folders);
  for (const line of lines) {
    if (line.what === 'child' && lives(line)) found.push(...treeOf(line.pid, table));
  }
  const others = found.filter(({ pid, state }) => pid !== process.pid && state !== 'Z');
  return [...new Map(others.map((entry) => [entry.pid, entry])).values()];
}

function lives(line: JournalLine): line is ProcessLine {
  return isProcess(line) && line.boot === bootId() && isAlive(line.pid, line.startTicks);
}
