/** Looks at a scenario before anything is booted: can k6 load its script with what it will be told? */
import { loadEnvironment } from './environment.ts';
import { inspectScript } from './k6.ts';
import type { FoundScenario } from './scenario.ts';

const NO_CASE = '0'.repeat(16);

/** Throws `bad-config` with k6's own words where the script cannot be loaded. */
export async function inspectLoad(
  asked: { readonly k6: string; readonly found: FoundScenario; readonly rate: number; readonly durationMs: number },
  signal?: AbortSignal,
): Promise<void> {
  const environment = await loadEnvironment({ ...asked, seed: 0 }, NO_CASE);
  await inspectScript({ k6: asked.k6, script: asked.found.file, environment }, signal);
}
