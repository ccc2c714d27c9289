/** Before the consumer tests: what an earlier run left is removed, so that a test that no longer runs cannot leave its contract behind. */
import { rm } from 'node:fs/promises';
import { partsFolder } from '../../../harness/contracts/index.ts';

export async function setup(): Promise<void> {
  await rm(partsFolder(), { recursive: true, force: true });
}
