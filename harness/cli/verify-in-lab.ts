/** Contract verification as a step of a run: with progress, against the lab that is up. */

import { pathToFileURL } from 'node:url';
import type { ContractSetup } from '../contracts/index.ts';
import type { ContractMatrix, Lab } from '../core/index.ts';
import { PLACES } from './project.ts';
import { dim, duration, say, verdictWord } from './terminal.ts';

export async function verifyInLab(lab: Lab, signal: AbortSignal): Promise<ContractMatrix> {
  // Loaded only here: Pact's native library takes longer to load than most commands take to run.
  const { verifyContracts } = await import('../contracts/index.ts');
  const { default: setup }: { default: ContractSetup } = await import(pathToFileURL(PLACES.contracts).href);
  const matrix = await verifyContracts(lab, {
    setup,
    signal,
    onProgress: ({ provider, consumers, state, tookMs }) => {
      if (state === 'done') say(dim(`contract ${provider} <- ${consumers.join(', ')} ${duration(tookMs ?? 0)}`));
    },
  });
  const interactions = matrix.pairs.reduce((sum, pair) => sum + pair.interactions.length, 0);
  say(
    `${verdictWord(matrix.verdict)} contracts: ${matrix.pairs.length} pairs, ${interactions} interactions ${dim(duration(matrix.tookMs))}`,
  );
  return matrix;
}
