/** The one thing of a killed Postgres that is no file and no process: a System V shared memory segment, which marks its data folder as in use. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** In `postmaster.pid`: the key and the id of the segment. The file is gone where the server ended in good order. */
const SEGMENT_LINE = 6;

/** Frees the segments of the servers whose data folders stand in `folder`; to be called when their processes have ended. */
export function freeSharedMemory(folder: string): void {
  for (const id of segmentsIn(folder)) {
    try {
      execFileSync('ipcrm', ['-m', id], { stdio: 'ignore' });
    } catch {
      // It is gone already, or there is no ipcrm: 56 bytes stay until the machine is started again.
    }
  }
}

/** Ids of the segments that killed servers left. */
export function segmentsIn(folder: string): string[] {
  return foldersIn(folder).flatMap((name) => {
    const line = read(join(folder, name, 'postmaster.pid')).split('\n')[SEGMENT_LINE];
    return /^\s*\d+\s+(\d+)/.exec(line ?? '')?.[1] ?? [];
  });
}

function foldersIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
