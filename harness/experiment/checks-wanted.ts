/** What the checks of an experiment need beside the plain record: it costs time that all others are spared. */
import { planChecks } from '../checks/index.ts';
import type { Experiment } from './define.ts';

/** True where a check of the experiment, of its case or of its control run, asks for it. */
export async function isWanted(
  what: 'keepsShapes' | 'looksAtUsage',
  { checks, controlChecks = [] }: Experiment,
): Promise<boolean> {
  return (await planChecks([...checks, ...controlChecks])).some(({ kind }) => kind[what]);
}
