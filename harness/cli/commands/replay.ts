/** `faultline replay`: one experiment again, with its seed, N times; says how often it failed. */
import {
  type ExperimentResult,
  freshSeed,
  HarnessError,
  nearestNames,
  type RunFile,
  systemClock,
  worstOf,
} from '../../core/index.ts';
import { type Experiment, foldRepeats, loadExperiments, openSession, runExperiment } from '../../experiment/index.ts';
import { readRun } from '../../report/index.ts';
import { takeDownLab } from '../../runtime/index.ts';
import { loadTopology } from '../../topology/index.ts';
import { bringUp, findUpLab } from '../bring-up.ts';
import type { CliCommand } from '../command.ts';
import { describeFailure } from '../describe-failure.ts';
import { interruptSignal } from '../interrupt.ts';
import { countFromOne, seedNumber } from '../options.ts';
import { DEFAULT_TOPOLOGY, PLACES } from '../project.ts';
import { makeRunFolder } from '../run-folder.ts';
import { exitCodeOf, printOutcome, saveRun } from '../save-run.ts';
import { duration, print, printJson, say, verdictWord } from '../terminal.ts';

interface ReplayFlags {
  readonly seed?: number;
  readonly times: number;
  readonly topology: string;
  readonly json?: boolean;
}

const EXAMPLES = `
A case is the name of an experiment, or the id of a case of the latest run.

Examples:
  faultline replay twin-requests --seed 42
  faultline replay 1f2e3d4c5b6a7988 --times 10     the case of that id in the latest run
`;

const command: CliCommand = {
  name: 'replay',
  order: 40,
  build(program) {
    program
      .command('replay')
      .description('run one experiment again with the same seed')
      .argument('<case>', 'experiment name, or case id of the latest run')
      .option('--seed <number>', 'seed (default: that of the case, else a fresh one)', seedNumber)
      .option('--times <n>', 'how often', countFromOne, 1)
      .option('--topology <name>', 'topology to boot where none is up', DEFAULT_TOPOLOGY)
      .option('--json', 'print the results as JSON')
      .addHelpText('after', EXAMPLES)
      .action(async (wanted: string, flags: ReplayFlags) => {
        process.exitCode = await replay(wanted, flags);
      });
  },
};
export default command;

async function replay(wanted: string, flags: ReplayFlags): Promise<number> {
  const found = await findCase(wanted);
  const seed = flags.seed ?? found.seed ?? freshSeed();
  const signal = interruptSignal();
  const startedAt = systemClock.now();
  const folder = await makeRunFolder(`replay-${found.experiment.slug.slice(0, 40)}`, startedAt);
  const up = await findUpLab();
  const lab = up ?? (await bringUp({ topology: await loadTopology(flags.topology), folder: folder.path, signal }));
  const session = await openSession({ lab, runFolder: folder.path, seed });
  const results: ExperimentResult[] = [];
  try {
    for (let time = 1; time <= flags.times && !signal.aborted; time++) {
      const result = await runExperiment(session, found.experiment, { signal });
      results.push(result);
      const tookMs = (result.case ?? result.control).endedAt - result.control.startedAt;
      say(`${time}/${flags.times} ${verdictWord(result.verdict)} ${duration(tookMs)}`);
      if (result.verdict !== 'pass' && !flags.json) print(describeFailure(result));
    }
    return await conclude(results, {
      flags,
      seed,
      folder,
      startedAt,
      lab,
      name: found.experiment.slug,
      interrupted: signal.aborted,
    });
  } finally {
    await session.close();
    if (!up) await takeDownLab(lab);
  }
}

type Conclusion = Pick<Parameters<typeof saveRun>[0], 'folder' | 'startedAt' | 'lab' | 'seed' | 'name' | 'interrupted'>;

/** The page shows the worst of the repeats; the sentence says how many of them failed. */
async function conclude(
  results: readonly ExperimentResult[],
  options: Conclusion & { readonly flags: ReplayFlags },
): Promise<number> {
  const { flags, ...outcome } = options;
  const verdict = worstOf(results.map((result) => result.verdict));
  const repeat = flags.times;
  const experiments = results.length > 0 ? [foldRepeats(results, repeat)] : [];
  const run = await saveRun({ ...outcome, experiments, repeat, planned: [outcome.name], problems: [] });
  if (flags.json) printJson(results);
  else printOutcome(run, outcome.folder);
  const failed = results.filter((result) => result.verdict !== 'pass').length;
  say(`${failed} of ${results.length} were not green (seed ${outcome.seed})`);
  return exitCodeOf(verdict, run.problems, outcome.interrupted);
}

async function findCase(wanted: string): Promise<{ readonly experiment: Experiment; readonly seed?: number }> {
  const all = await loadExperiments(PLACES.experiments, PLACES.root);
  const bySlug = (slug: string) => all.find((one) => one.slug === slug || one.name === slug);
  const named = bySlug(wanted);
  if (named) return { experiment: named };
  if (/^[0-9a-f]{16}$/.test(wanted)) {
    const run: RunFile = await readRun(`${PLACES.runs}/latest/run.json`);
    const result = run.experiments.find((one) => one.control.id === wanted || one.case?.id === wanted);
    const experiment = result && bySlug(result.slug);
    if (experiment) return { experiment, seed: result.control.seed };
  }
  const names = all.map(({ slug }) => slug);
  const near = nearestNames(wanted, names);
  throw new HarnessError({
    code: 'unknown-name',
    message: `no experiment and no case of the latest run is called "${wanted}"`,
    hint: near.length > 0 ? `did you mean ${near.join(', ')}?` : `known: ${names.join(', ')}`,
  });
}
