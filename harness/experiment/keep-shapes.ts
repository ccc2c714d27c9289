/** Names and types in bodies are kept while a case runs whose checks compare them, and at no other time. */
import { planChecks } from '../checks/index.ts';
import type { Lab } from '../core/index.ts';
import type { Experiment } from './define.ts';

/** Begins to keep them where a check of the experiment wants it, and ends that with the scope it is used in. */
export async function keepShapesFor({ wire }: Lab, { checks }: Experiment): Promise<AsyncDisposable> {
  const planned = await planChecks(checks);
  const wanted = planned.some(({ kind }) => kind.keepsShapes);
  if (wanted) await wire.keepShapes(true);
  return {
    async [Symbol.asyncDispose]() {
      if (wanted) await wire.keepShapes(false);
    },
  };
}
