/** `faultline replay`: one experiment again, with its seed, N times; says how often it failed. */
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { type ExperimentResult, freshSeed, HarnessError, nearestNames } from '../../core/index.ts';
import { type Experiment, foldRepeats, loadExperiments, openSession, runExperiment } from '../../experiment/index.ts';
import { readRun } from '../../report/index.ts';
import { chooseTopology } from '../choose-topology.ts';
import type { CliCommand } from '../command.ts';
import { describeFailure } from '../describe-failure.ts';
import { countFromOne, seedNumber } from '../options.ts';
import { appliesTo, checkExperiment } from '../plan-run.ts';
import { DEFAULT_TOPOLOGY, PLACES } from '../project.ts';
import { type Findings, recordedRun, type Workplace } from '../recorded-run.ts';
import { printOutcome } from '../save-run.ts';
import { duration, print, printJson, say, verdictWord } from '../terminal.ts';

interface ReplayFlags {
  readonly seed?: number;
  readonly times: number;
  readonly topology?: string;
  readonly fresh?: boolean;
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
  boots: true,
  build(program) {
    program
      .command('replay')
      .description('run one experiment again with the same seed')
      .argument('<case>', 'experiment name, or case id of the latest run')
      .option('--seed <number>', 'seed (default: that of the case, else a fresh one)', seedNumber)
      .option('--times <n>', 'how often', countFromOne, 1)
      .option('--topology <name>', 'topology (default: that of the lab that is up, else that of the experiment)')
      .option('--fresh', 'boot a lab of its own although one is up')
      .option('--json', 'print the results as JSON')
      .addHelpText('after', EXAMPLES)
      .action(async (wanted: string, flags: ReplayFlags) => {
        process.exitCode = await replay(wanted, flags);
      });
  },
};
export default command;

async function replay(wanted: string, flags: ReplayFlags): Promise<number> {
  const { experiment, seed: caseSeed } = await findCase(wanted);
  const { slug } = experiment;
  const { times, fresh = false, seed = caseSeed ?? freshSeed() } = flags;
  const otherwise = experiment.topologies?.[0] ?? DEFAULT_TOPOLOGY;
  const topology = await chooseTopology(flags.topology, (one) => appliesTo(experiment, one), otherwise);
  if (!appliesTo(experiment, topology)) {
    const message = `the experiment ${slug} is not for topology ${topology.name}`;
    throw new HarnessError({ code: 'bad-argument', message, hint: `it is for ${experiment.topologies?.join(', ')}` });
  }
  await checkExperiment(experiment, topology);
  const results: ExperimentResult[] = [];
  const { run, folder, exitCode } = await recordedRun(
    {
      ...{ name: slug, folderName: `replay-${slug}`, topology, seed, fresh },
      latest: false,
      planned: [slug],
      repeat: times,
    },
    (at, findings) => runAgain(at, findings, { experiment, seed, times, results, quiet: flags.json === true }),
  );
  if (flags.json) printJson(results);
  else printOutcome(run, folder);
  if (results.length > 0) {
    const failed = results.filter(({ verdict }) => verdict !== 'pass').length;
    say(`${failed} of ${results.length} were not green (seed ${seed})`);
  }
  return exitCode;
}

interface Again {
  readonly experiment: Experiment;
  readonly seed: number;
  readonly times: number;
  readonly results: ExperimentResult[];
  /** stdout is for JSON alone. */
  readonly quiet: boolean;
}

async function runAgain({ lab, folder, signal }: Workplace, findings: Findings, again: Again): Promise<void> {
  const { experiment, seed, times, results, quiet } = again;
  const session = await openSession({ lab, runFolder: folder.path, seed });
  try {
    for (let time = 1; time <= times; time++) {
      const result = await runExperiment(session, experiment, { signal });
      signal.throwIfAborted();
      results.push(result);
      findings.experiments = [foldRepeats(results, times)];
      const tookMs = (result.case ?? result.control).endedAt - result.control.startedAt;
      say(`${time}/${times} ${verdictWord(result.verdict)} ${duration(tookMs)}`);
      if (result.verdict !== 'pass' && !quiet) print(describeFailure(result));
    }
  } finally {
    await session.close();
  }
}

async function findCase(wanted: string): Promise<{ readonly experiment: Experiment; readonly seed?: number }> {
  const all = await loadExperiments(PLACES.experiments, PLACES.root);
  const bySlug = (slug: string) => all.find((one) => one.slug === slug || one.name === slug);
  const named = bySlug(wanted);
  if (named) return { experiment: named };
  const found = /^[0-9a-f]{16}$/.test(wanted) ? await caseOfLatest(wanted) : undefined;
  const experiment = found && bySlug(found.slug);
  if (experiment) return { experiment, seed: found.seed };
  const names = all.map(({ slug }) => slug);
  const near = nearestNames(wanted, names);
  throw new HarnessError({
    code: 'unknown-name',
    message: `no experiment and no case of the latest run is called "${wanted}"`,
    hint: near.length > 0 ? `did you mean ${near.join(', ')}?` : `known: ${names.join(', ')}`,
  });
}

async function caseOfLatest(id: string): Promise<{ readonly slug: string; readonly seed: number } | undefined> {
  const file = join(PLACES.runs, 'latest', 'run.json');
  const there = await access(file).then(
    () => true,
    () => false,
  );
  if (!there) return undefined;
  const { experiments } = await readRun(file);
  const result = experiments.find(({ control, case: withFaults, repeats }) => {
    const others = repeats?.attempts.flatMap((attempt) => [attempt.control, attempt.case]) ?? [];
    return [control.id, withFaults?.id, ...others].includes(id);
  });
  return result && { slug: result.slug, seed: result.control.seed };
}
