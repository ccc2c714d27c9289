/** A load scenario: a TypeScript script for k6, and beside it what the harness must know of it: defaults, thresholds, how it is judged. */
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { type CheckSpec, HarnessError, type LoadCap, loadCatalogue } from '../core/index.ts';
import type { WorkloadContext } from '../experiment/index.ts';
import { parseThreshold } from './threshold.ts';

/** Default export of `<scenarios>/options/<name>.ts`; the script is `<scenarios>/<name>.ts`. */
export interface LoadScenario {
  /** Name = file name. */
  readonly name: string;
  readonly description: string;
  /** Service whose door the load uses. */
  readonly door: string;
  /** Highest arrivals per second, and how long; short enough for a laptop. */
  readonly rate: number;
  readonly durationMs: number;
  /** `p95<1000`, `during:errors<5%`; those of phases that a run does not have are left out. */
  readonly thresholds?: readonly string[];
  /** Share of requests that must succeed, 0 to 1. Default 0.99. */
  readonly target?: number;
  /** Of the ledger after the load. Default: what holds in any healthy system. */
  readonly checks?: readonly CheckSpec[];
  /** What may exist of one key at most, over the whole load: stock that is short. */
  readonly caps?: readonly LoadCap[];
  /** What the script needs beyond the harness's own variables (tokens). */
  readonly environment?: () => Promise<Readonly<Record<string, string>>>;
  /** A little traffic before the load, so that a cold system is not what is measured. Not judged. */
  readonly warmUp?: (context: WorkloadContext) => Promise<unknown>;
}

export interface FoundScenario {
  readonly scenario: LoadScenario;
  /** The script. */
  readonly file: string;
}

/** The scenario of that name in `folder`; an unknown one is refused with the nearest names. */
export async function findScenario(folder: string, name: string): Promise<FoundScenario> {
  const scenario = (await loadScenarios(folder)).get(name);
  const file = join(folder, `${name}.ts`);
  await access(file).catch((cause) => {
    throw new HarnessError({ code: 'bad-config', message: `the scenario ${name} has no script at ${file}`, cause });
  });
  return { scenario, file };
}

/** Every scenario of `folder`, in order of names. */
export async function listScenarios(folder: string): Promise<readonly LoadScenario[]> {
  return [...(await loadScenarios(folder)).entries.values()];
}

function loadScenarios(folder: string) {
  return loadCatalogue(join(folder, 'options'), 'load scenario', validScenario);
}

function validScenario(exported: unknown, file: string): LoadScenario {
  const scenario = exported as LoadScenario;
  const refuse = (why: string) =>
    new HarnessError({
      code: 'bad-config',
      message: `load scenario ${file}: ${why}`,
      hint: 'see harness/load/scenario.ts',
    });
  if (typeof scenario?.name !== 'string' || typeof scenario.door !== 'string') throw refuse('needs a name and a door');
  if (!(scenario.rate > 0)) throw refuse(`its rate must be above 0, not ${scenario.rate}`);
  if (!(scenario.durationMs >= 1_000)) throw refuse(`its durationMs must be 1000 or more, not ${scenario.durationMs}`);
  const { target = 0.99 } = scenario;
  if (!(target > 0 && target < 1)) throw refuse(`its target must lie between 0 and 1, not ${target}`);
  for (const text of scenario.thresholds ?? []) parseThreshold(text);
  return scenario;
}
