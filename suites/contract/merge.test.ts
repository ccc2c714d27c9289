/** The contracts that the consumer tests left, merged, are those that were agreed on: the committed pact files. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { mergeContracts, partName, partsFolder } from '../../harness/contracts/index.ts';

const consumerTests = join(import.meta.dirname, 'consumer');
const agreed = join(import.meta.dirname, '..', '..', 'fixtures', 'contracts');

test('every consumer test left its contracts, none is lost, and together they are the committed pact files', async () => {
  const into = await mkdtemp(join(tmpdir(), 'faultline-merge-'));
  try {
    const testFiles = (await readdir(consumerTests)).filter((name) => name.endsWith('.pact.test.ts'));
    const merged = await mergeContracts({ parts: partsFolder(), into, expectedParts: testFiles.map(partName) });

    // A changed contract is accepted with `vitest -u`, and then stands in the diff for the other side to see.
    for (const file of merged.files) {
      await expect(await readFile(join(into, file), 'utf8')).toMatchFileSnapshot(join(agreed, file));
    }
    const stale = (await readdir(agreed)).filter((name) => name.endsWith('.json') && !merged.files.includes(name));
    expect(stale, 'pact files that no consumer test writes any more').toEqual([]);
  } finally {
    await rm(into, { recursive: true, force: true });
  }
});
