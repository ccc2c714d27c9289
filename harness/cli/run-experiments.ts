/** Runs experiments by vitest in the booted lab: each is a test; their results land in the run's folder. */
import { relative } from 'node:path';
import { type Lab, messageOf, systemClock } from '../core/index.ts';
import type { Experiment } from '../experiment/index.ts';
import { interrupted } from './interrupt.ts';
import { ROOT } from './project.ts';
import { quietVitest } from './quiet-vitest.ts';
import { descriptorOf } from './up-lab.ts';

export interface RunExperiments {
  readonly experiments: readonly Experiment[];
  readonly lab: Lab;
  /** Where the results go. */
  readonly runFolder: string;
  readonly seed: number;
  /** How often each runs. */
  readonly repeat: number;
  /** End after the first that is not kept. */
  readonly bail: boolean;
  readonly signal: AbortSignal;
  readonly onStart?: (name: string) => void;
  readonly onEnd?: (name: string, passed: boolean, tookMs: number) => void;
}

/** How long the experiment that runs may take to end when everything is to end. */
const CANCEL_MS = 8_000;

/** Gives the sentences of what went wrong outside of any experiment; verdicts stand in the run's folder. */
export async function runExperiments(options: RunExperiments): Promise<readonly string[]> {
  const { experiments, bail, signal } = options;
  if (experiments.length === 0) return [];
  signal.throwIfAborted();
  Object.assign(process.env, environmentOf(options));
  const files = [...new Set(experiments.map(({ file }) => file))];
  const names = experiments.map(({ name }) => name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const vitest = await quietVitest({
    root: ROOT,
    project: ['chaos'],
    watch: false,
    bail: bail ? 1 : 0,
    testNamePattern: `^(${names.join('|')})$`,
    reporters: [progressReporter(options)],
    passWithNoTests: true,
  });
  const onAbort = () => void vitest.cancelCurrentRun('keyboard-input');
  signal.addEventListener('abort', onAbort, { once: true });
  await untilCancelled(vitest.start(files), signal);
  if (signal.aborted) throw interrupted();
  const problems = vitest.state.getUnhandledErrors().map((error) => `outside of any experiment: ${messageOf(error)}`);
  for (const module of vitest.state.getTestModules()) {
    for (const error of module.errors()) problems.push(`${relative(ROOT, module.moduleId)}: ${error.message}`);
  }
  await vitest.close();
  signal.removeEventListener('abort', onAbort);
  // vitest marks the process as failed for every red test; the exit code is ours to say.
  process.exitCode = 0;
  return problems;
}

/** What vitest's worker reads: see vitest-setup.ts. */
function environmentOf({ lab, runFolder, seed, repeat }: RunExperiments): Readonly<Record<string, string>> {
  return {
    FAULTLINE_RUN_FOLDER: runFolder,
    FAULTLINE_LAB: descriptorOf(lab),
    FAULTLINE_TOPOLOGY: lab.topology.name,
    FAULTLINE_SEED: String(seed),
    FAULTLINE_REPEAT: String(repeat),
  };
}

/** Waits for the end; once all is to end, only so long: an experiment that does not let go loses its lab. */
async function untilCancelled(running: Promise<unknown>, signal: AbortSignal): Promise<void> {
  const over = new AbortController();
  const cancelled = new Promise<void>((resolve) => {
    const onAbort = () => void systemClock.delay(CANCEL_MS, over.signal).then(resolve, () => {});
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    await Promise.race([running, cancelled]);
  } finally {
    over.abort();
  }
}

interface SeenTest {
  readonly name: string;
  result(): { readonly state: string };
  diagnostic(): { readonly duration: number } | undefined;
}

/** After the failure that ends a run (`bail`) vitest still names what it leaves out: that is no progress. */
function progressReporter({ bail, onStart, onEnd }: RunExperiments) {
  let ended = false;
  return {
    onTestCaseReady(test: SeenTest) {
      if (!ended) onStart?.(test.name);
    },
    onTestCaseResult(test: SeenTest) {
      const { state } = test.result();
      if (ended || state === 'skipped') return;
      ended = bail && state !== 'passed';
      onEnd?.(test.name, state === 'passed', test.diagnostic()?.duration ?? 0);
    },
  };
}
