/** The end of a lab: every part asked in its way, what does not go is killed, nothing stays on disk. */
import { rmSync } from 'node:fs';
import { systemClock } from '../../core/clock.ts';
import { HarnessError } from '../../core/errors.ts';
import { endContainers, endProcesses, removePaths } from '../clean-up.ts';
import { readJournal } from '../journal.ts';
import { isAlive, signal, treeOf } from '../process-table.ts';
import type { PartSpec, WardenConfig } from './spec.ts';
import type { Supervisor } from './supervisor.ts';

/** How long services may take to end in good order when the lab ends (they write their compile cache then). */
const FAREWELL_MS = 1_000;

/**
 * Resolves when no process, folder or file of the lab is left. What an engine holds that does not answer any more stays in the journal, for
 * the next start to sweep.
 */
export async function endLab(config: WardenConfig, supervisor: Supervisor): Promise<void> {
  supervisor.close();
  let isLeft = false;
  const before = readJournal(config.journal, config.run)?.lines ?? [];
  if (before.some(({ what }) => what === 'containers')) {
    const { settleStarts } = await import('../containers/life.ts');
    await settleStarts();
    await endContainers(config.run, before).catch((error) => {
      if (!(error instanceof HarnessError) || error.code !== 'lab-lost') throw error;
      isLeft = true;
    });
  } else {
    await endChildren(supervisor);
  }
  const lines = readJournal(config.journal, config.run)?.lines ?? [];
  await endProcesses(config.run, lines);
  removePaths(lines);
  if (!isLeft) rmSync(config.journal, { force: true });
}

async function endChildren(supervisor: Supervisor): Promise<void> {
  const alive = supervisor.alive();
  const trees = alive.flatMap(({ life }) => treeOf(life.pid));
  for (const { pid } of trees) signal(pid, 'SIGCONT');
  // Services first: what they close in good order still answers, so that they need not wait for it in vain.
  await farewell(alive.filter(({ spec }) => spec.kind === 'service'));
  await farewell(alive.filter(({ spec }) => spec.kind !== 'service'));
  for (const { pid, startTicks } of trees) if (isAlive(pid, startTicks)) signal(pid, 'SIGKILL');
}

async function farewell(parts: ReturnType<Supervisor['alive']>): Promise<void> {
  for (const { spec, life } of parts) signal(life.pid, lastSignal(spec));
  const patience = new AbortController();
  const tooLong = systemClock.delay(FAREWELL_MS, patience.signal).catch(() => {});
  await Promise.race([Promise.all(parts.map(({ life }) => life.ended)), tooLong]);
  patience.abort();
}

/** Postgres by a signal at which it ends its backends, too; a broker's data are thrown away, so it need not close them. */
function lastSignal({ kind }: PartSpec): NodeJS.Signals {
  if (kind === 'postgres') return 'SIGQUIT';
  return kind === 'service' || kind === 'wire' ? 'SIGTERM' : 'SIGKILL';
}
