/** Runs experiments by vitest in the booted lab: each is a test; their results land in the run's folder. */
import { relative } from 'node:path';
import { HarnessError, messageOf } from '../core/index.ts';
import type { Experiment } from '../experiment/index.ts';
import { ROOT } from './project.ts';

export interface RunExperiments {
  readonly experiments: readonly Experiment[];
  /** Of the lab and the results. */
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

/** Gives the sentences of what went wrong outside of any experiment; verdicts stand in the run's folder. */
export async function runExperiments(options: RunExperiments): Promise<readonly string[]> {
  const { experiments, runFolder, seed, repeat, bail, signal } = options;
  if (experiments.length === 0) return [];
  process.env.FAULTLINE_RUN_FOLDER = runFolder;
  process.env.FAULTLINE_SEED = String(seed);
  process.env.FAULTLINE_REPEAT = String(repeat);
  const { createVitest } = await import('vitest/node');
  const files = [...new Set(experiments.map(({ file }) => file))];
  const names = experiments.map(({ name }) => name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const vitest = await createVitest({
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
  await vitest.start(files);
  const problems = vitest.state.getUnhandledErrors().map((error) => `outside of any experiment: ${messageOf(error)}`);
  for (const module of vitest.state.getTestModules()) {
    for (const error of module.errors()) problems.push(`${relative(ROOT, module.moduleId)}: ${error.message}`);
  }
  await vitest.close();
  signal.removeEventListener('abort', onAbort);
  // vitest marks the process as failed for every red test; the exit code is ours to say.
  process.exitCode = 0;
  if (signal.aborted) throw new HarnessError({ code: 'interrupted', message: 'ended by Ctrl-C' });
  return problems;
}

interface SeenTest {
  readonly name: string;
  result(): { readonly state: string };
  diagnostic(): { readonly duration: number } | undefined;
}

function progressReporter({ onStart, onEnd }: RunExperiments) {
  return {
    onTestCaseReady: (test: SeenTest) => onStart?.(test.name),
    onTestCaseResult(test: SeenTest) {
      const { state } = test.result();
      if (state === 'skipped') return;
      onEnd?.(test.name, state === 'passed', test.diagnostic()?.duration ?? 0);
    },
  };
}
