/** Names and types in bodies are kept while a case runs whose checks compare them, and at no other time. */
import type { Lab } from '../core/index.ts';
import { isWanted } from './checks-wanted.ts';
import type { Experiment } from './define.ts';

/** Begins to keep them where a check of the experiment wants it, and ends that with the scope it is used in. */
export async function keepShapesFor({ wire }: Lab, experiment: Experiment): Promise<AsyncDisposable> {
  const wanted = await isWanted('keepsShapes', experiment);
  if (wanted) await wire.keepShapes(true);
  return {
    async [Symbol.asyncDispose]() {
      if (wanted) await wire.keepShapes(false);
    },
  };
}
