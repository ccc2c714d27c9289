/** Writes a file whole or not at all: beside its place first, then moved into it. */
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { HarnessError, messageOf } from '../core/index.ts';

/** Makes the folder where it is missing. Throws `bad-file` when it cannot be written; nothing half-written stays. */
export async function writeWhole(file: string, text: string): Promise<void> {
  const aside = `${file}.${process.pid}.part`;
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(aside, text);
    await rename(aside, file);
  } catch (cause) {
    // Where the folder itself is wrong there is nothing to remove; the first trouble is the one to tell.
    await rm(aside, { force: true }).catch(() => undefined);
    throw new HarnessError({
      code: 'bad-file',
      message: `${file} could not be written: ${messageOf(cause)}`,
      hint: 'choose a folder that can be written, or free some space',
      cause,
    });
  }
}
