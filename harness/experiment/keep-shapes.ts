/** Names and types in bodies are kept while a case runs whose checks compare them, and at no other time. */
import { planChecks } from '../checks/index.ts';
import type { Lab } from '../core/index.ts';
import type { Experiment } from './define.ts';

/** Begins to keep them where a check of the experiment wants it; answers what ends it. */
export async function keepShapesFor({ wire }: Lab, { checks }: Experiment): Promise<() => Promise<void>> {
  const planned = await planChecks(checks);
  if (!planned.some(({ kind }) => kind.keepsShapes)) return async () => undefined;
  await wire.keepShapes(true);
  return () => wire.keepShapes(false);
}
