/** Runs that are on disk: found by name, folder or file; read, and their pages made again, without booting anything. */
import { stat } from 'node:fs/promises';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { type GateResult, HarnessError, type RunFile } from '../core/index.ts';
import { findGate } from '../gate/index.ts';
import { readHistory } from '../history/index.ts';
import { readRun, writeReport } from '../report/index.ts';
import { PLACES } from './project.ts';

export interface SavedRun {
  readonly folder: string;
  readonly run: RunFile;
}

/** The folder meant by the name of a run, the path of its folder, or that of its run.json. Refused where there is none. */
export async function runFolderOf(named: string): Promise<string> {
  const candidates = [...(isPath(named) ? [] : [join(PLACES.runs, named)]), resolve(named)];
  for (const candidate of candidates) {
    const found = await stat(candidate).catch(() => undefined);
    if (found?.isDirectory()) return candidate;
    if (found?.isFile()) return dirname(candidate);
  }
  throw new HarnessError({
    code: 'bad-argument',
    message: `there is no run at ${candidates[0]}`,
    hint: 'make one: npx faultline run',
  });
}

export async function findSavedRun(named: string): Promise<SavedRun> {
  const folder = await runFolderOf(named);
  return { folder, run: await readRun(join(folder, 'run.json')) };
}

/**
 * Makes page, JUnit and summary of the run, with what the gate said of it where it was judged. A history that is missing, cut or
 * edited is named on the page and given to `onUnreadable`; the rest is written.
 */
export async function writeSavedRun(
  { folder, run }: SavedRun,
  gate?: GateResult,
  onUnreadable: (thrown: unknown) => void = () => {},
): Promise<string> {
  const judged = gate ?? (await findGate(join(folder, 'gate.json')));
  const files = await writeReport(
    {
      run,
      histories: (caseId) =>
        readHistory(join(folder, 'history', `${caseId}.ndjson`)).catch((thrown) => {
          onUnreadable(thrown);
          throw thrown;
        }),
      ...(judged?.run.id === run.id ? { gate: judged } : {}),
    },
    folder,
  );
  return files.html;
}

function isPath(named: string): boolean {
  return isAbsolute(named) || named.startsWith('.');
}
