/** What a dead warden left behind is ended and removed by whoever starts next. */
import { rmSync } from 'node:fs';
import { endContainers, endProcesses, removePaths } from './clean-up.ts';
import { isProcess, type Journal, type JournalLine, readJournal } from './journal.ts';
import { journalFile, readJournals } from './labs-folder.ts';
import { bootId, isAlive } from './process-table.ts';

/** Sweeps every lab whose warden is gone. Answers the ids of the labs that were swept. */
export async function sweepDeadLabs(): Promise<string[]> {
  const dead = readJournals().filter((journal) => !isOwned(journal));
  await Promise.all(dead.map(sweep));
  return dead.map((journal) => journal.run);
}

/** Sweeps one lab, its warden being known to be gone. */
export async function sweepLab(run: string): Promise<void> {
  const journal = readJournal(journalFile(run), run);
  if (journal) await sweep(journal);
}

async function sweep(journal: Journal): Promise<void> {
  // An engine that does not answer now keeps what it has, and the journal stays: the next start tries again.
  const ended = await endContainers(journal.run, journal.lines).then(
    () => true,
    () => false,
  );
  await endProcesses(journal.run, journal.lines);
  removePaths(journal.lines);
  if (!ended) return;
  rmSync(journal.file, { force: true });
}

/** A lab is owned by its warden, and before that has begun by the harness that boots it. */
function isOwned({ lines }: Journal): boolean {
  const boot = bootId();
  const lives = (what: JournalLine['what']) =>
    lines.some(
      (line) => line.what === what && isProcess(line) && line.boot === boot && isAlive(line.pid, line.startTicks),
    );
  return lives('warden') || (!lines.some((line) => line.what === 'warden') && lives('owner'));
}
