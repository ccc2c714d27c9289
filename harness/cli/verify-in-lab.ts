/** Contract verification as a step of a run: with progress, against the lab that is up. */
import { verifyContracts } from '../contracts/index.ts';
import type { ContractMatrix, Lab } from '../core/index.ts';
import { planContracts } from './plan-contracts.ts';
import { dim, duration, say, verdictWord } from './terminal.ts';

/** Undefined where there are no contracts for the lab's topology. */
export async function verifyInLab(lab: Lab, signal: AbortSignal): Promise<ContractMatrix | undefined> {
  const setup = await planContracts(lab.topology);
  if (setup === undefined) return undefined;
  signal.throwIfAborted();
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
