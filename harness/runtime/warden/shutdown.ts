/** The end of a lab: every part asked in its way, what does not go is killed, nothing stays on disk. */
import { rmSync } from 'node:fs';
import { systemClock } from '../../core/clock.ts';
import { endProcesses, removePaths } from '../clean-up.ts';
import { readJournal } from '../journal.ts';
import { isAlive, signal, treeOf } from '../process-table.ts';
import type { PartSpec, WardenConfig } from './spec.ts';
import type { Supervisor } from './supervisor.ts';

/** How long services may take to end in good order when the lab ends (they write their compile cache then). */
const FAREWELL_MS = 1_000;

/** Resolves when no process, folder or file of the lab is left. */
export async function endLab(config: WardenConfig, supervisor: Supervisor): Promise<void> {
  supervisor.close();
  const alive = supervisor.alive().sort((a, b) => rank(a.spec) - rank(b.spec));
  const trees = alive.flatMap(({ life }) => treeOf(life.pid));
  for (const { pid } of trees) signal(pid, 'SIGCONT');
  for (const { spec, life } of alive) signal(life.pid, farewell(spec));
  await Promise.race([Promise.all(alive.map(({ life }) => life.ended)), systemClock.delay(FAREWELL_MS)]);
  for (const { pid, startTicks } of trees) if (isAlive(pid, startTicks)) signal(pid, 'SIGKILL');
  const lines = readJournal(config.journal, config.run)?.lines ?? [];
  await endProcesses(config.run, lines);
  removePaths(lines);
  rmSync(config.journal, { force: true });
}

/** Postgres first: it ends its backends itself, and only when it is asked by a signal it can hear. */
function rank({ kind }: PartSpec): number {
  return kind === 'postgres' ? 0 : 1;
}

function farewell({ kind }: PartSpec): NodeJS.Signals {
  if (kind === 'postgres') return 'SIGQUIT';
  return kind === 'service' || kind === 'wire' ? 'SIGTERM' : 'SIGKILL';
}
