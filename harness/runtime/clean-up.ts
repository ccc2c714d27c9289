/** Ends every process of a lab and removes its paths: the last step of the warden, and all of the sweep of a dead one. */
import { rmSync } from 'node:fs';
import { systemClock } from '../core/clock.ts';
import type { JournalLine } from './journal.ts';
import { bootId, isAlive, listProcesses, markedProcesses, type ProcessEntry, signal, treeOf } from './process-table.ts';

/** The environment variable that every child of a lab carries. */
export const RUN_MARK = 'FAULTLINE_RUN';

/** How long a postmaster may take to end its backends after SIGQUIT before all are killed. */
const QUIT_GRACE_MS = 500;
const MOST_ROUNDS = 300;

/**
 * Ends what the journal names, with all descendants, and what carries the run's mark: postmasters by SIGQUIT, then whatever is there by SIGKILL,
 * again and again until none is left. Answers how many there were.
 */
export async function endProcesses(run: string, lines: readonly JournalLine[]): Promise<number> {
  const postmasters = lines.filter((line) => line.what === 'child' && line.postmaster === true && lives(line));
  for (const line of postmasters) {
    if (line.what === 'path') continue;
    signal(line.pid, 'SIGCONT');
    signal(line.pid, 'SIGQUIT');
  }
  for (let waitedMs = 0; waitedMs < QUIT_GRACE_MS && postmasters.some(lives); waitedMs += 10)
    await systemClock.delay(10);
  const ended = new Set(postmasters);
  const killed = new Set<number>();
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const left = remaining(run, lines);
    if (left.length === 0) break;
    for (const { pid } of left) {
      killed.add(pid);
      signal(pid, 'SIGKILL');
    }
    await systemClock.delay(10);
  }
  return ended.size + killed.size;
}

/** Removes the folders and files that the journal names. */
export function removePaths(lines: readonly JournalLine[]): void {
  for (const line of lines) {
    if (line.what === 'path') rmSync(line.path, { recursive: true, force: true, maxRetries: 5, retryDelay: 20 });
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

function lives(line: JournalLine): boolean {
  return line.what !== 'path' && line.boot === bootId() && isAlive(line.pid, line.startTicks);
}
