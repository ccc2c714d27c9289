/** Runs in vitest's worker before each chaos file: every experiment becomes a test in the lab the run has booted. */
import { join, relative } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { type ExperimentResult, HarnessError, LIMITS } from '../core/index.ts';
import {
  type Experiment,
  foldRepeats,
  openSession,
  registerAsTests,
  runExperiment,
  type Session,
} from '../experiment/index.ts';
import { faultCatalogue } from '../faults/index.ts';
import { attachLab, readDescriptor } from '../runtime/index.ts';
import { describeFailure } from './describe-failure.ts';
import { ROOT } from './project.ts';
import { saveExperiment } from './run-folder.ts';

/** A terminal sends Ctrl-C to every process of a command: the command itself tells us to end, after the heal. */
for (const signal of ['SIGINT', 'SIGHUP'] as const) {
  // Once in a worker, which comes by here for each file.
  if (process.listenerCount(signal) === 0) process.on(signal, () => {});
}

let opened: Promise<Session> | undefined;

const { FAULTLINE_RUN_FOLDER: runFolder, FAULTLINE_LAB: labFile } = process.env;
/** Absent where no lab was booted: each experiment then says so. */
const runtime = (await readDescriptor(labFile ?? join(runFolder ?? '', 'lab.json')).catch(() => undefined))?.runtime;
const { entries: faultKinds } = await faultCatalogue();

/** One with a fault that only the other runtime can do is not part of this run either. */
function canBeDone({ faults }: Experiment): boolean {
  return faults.every(
    ({ fault }) => runtime === undefined || (faultKinds.get(fault)?.runtimes?.includes(runtime) ?? true),
  );
}

function session(): Promise<Session> {
  opened ??= (async () => {
    const folder = process.env.FAULTLINE_RUN_FOLDER;
    if (!folder) throw new HarnessError({ code: 'no-lab', message: 'no lab was booted for these experiments' });
    const lab = attachLab(await readDescriptor(process.env.FAULTLINE_LAB ?? join(folder, 'lab.json')));
    return openSession({ lab, runFolder: folder, seed: Number(process.env.FAULTLINE_SEED ?? 1) });
  })();
  return opened;
}

/** Control and case, and the heal with its probe traffic. */
const TEST_TIMEOUT_MS = 2 * (LIMITS.caseMs + LIMITS.quiescenceMs) + 30_000;

/** How often each experiment runs; what is not kept once is not made good by being kept the next time. */
const TIMES = Number(process.env.FAULTLINE_REPEAT ?? 1);

function asTest(experiment: Experiment): void {
  const { topologies } = experiment;
  // One that is for another topology is not part of this run, and vitest lists it so.
  const applies = (!topologies || topologies.includes(process.env.FAULTLINE_TOPOLOGY ?? '')) && canBeDone(experiment);
  test.runIf(applies)(experiment.name, { timeout: TIMES * TEST_TIMEOUT_MS }, async ({ signal }) => {
    const current = await session();
    const results: ExperimentResult[] = [];
    while (results.length < TIMES && !signal.aborted) {
      results.push(await runExperiment(current, experiment, { signal }));
      await saveExperiment(current.runFolder, foldRepeats(results, TIMES));
    }
    const result = foldRepeats(results, TIMES);
    if (result.verdict !== 'pass') expect.fail(describeFailure(result));
  });
}

registerAsTests(asTest, () => relative(ROOT, expect.getState().testPath ?? ''));

afterAll(async () => {
  const current = await opened;
  opened = undefined;
  await current?.close();
});
