/** Removes the note of the lab that was up. */
import { rm } from 'node:fs/promises';
import { PLACES } from './project.ts';

export async function forgetUpLab(): Promise<void> {
  await rm(PLACES.upFile, { force: true });
}
