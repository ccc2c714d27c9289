/** `faultline run`: contracts, then every experiment, then the report and one exit code. */
import type { Command } from 'commander';
import { planChecks } from '../../checks/index.ts';
import {
  type ContractMatrix,
  freshSeed,
  type HarnessError,
  type Lab,
  messageOf,
  systemClock,
} from '../../core/index.ts';
import { type Experiment, loadExperiments, planFaults, selectExperiments } from '../../experiment/index.ts';
import { takeDownLab } from '../../runtime/index.ts';
import { loadTopology } from '../../topology/index.ts';
import { bringUp } from '../bring-up.ts';
import type { CliCommand } from '../command.ts';
import { interruptSignal } from '../interrupt.ts';
import { countFromOne, seedNumber } from '../options.ts';
import { DEFAULT_TOPOLOGY, PLACES } from '../project.ts';
import { runExperiments } from '../run-experiments.ts';
import { makeRunFolder, pointLatest, readExperiments } from '../run-folder.ts';
import { printOutcome, saveEmptyShard, saveRun } from '../save-run.ts';
import { itemsOfShard, type Shard, shardInfo, shardOption } from '../shard.ts';
import { dim, duration, print, printJson, say, verdictWord } from '../terminal.ts';
import { verifyInLab } from '../verify-in-lab.ts';

interface RunFlags {
  readonly topology: string;
  readonly seed?: number;
  readonly dryRun?: boolean;
  readonly contracts: boolean;
  readonly repeat: number;
  readonly bail?: boolean;
  readonly shard?: Shard;
  readonly gateLater?: boolean;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  faultline run                       everything
  faultline run slow-psp twin         experiments whose names contain one of the words
  faultline run --dry-run             the plan, nothing is booted
  faultline run --seed 42 --json      a chosen seed; run.json on stdout
  faultline run --repeat 5            each five times: pass, flaky or fail
  faultline run --shard 2/4           the second of four parts; faultline report merge puts them together
`;

const command: CliCommand = {
  name: 'run',
  order: 10,
  build(program) {
    program
      .command('run')
      .description('boot the system, verify its contracts, run every experiment, write the report')
      .argument('[names...]', 'only experiments whose names contain one of these')
      .option('--topology <name>', 'topology to boot', DEFAULT_TOPOLOGY)
      .option('--seed <number>', 'seed of every schedule (default: a fresh one)', seedNumber)
      .option('--dry-run', 'print the plan and stop')
      .option('--no-contracts', 'leave the contracts out')
      .option('--repeat <n>', 'run every experiment so often, and tell flaky ones from failing ones', countFromOne, 1)
      .option('--bail', 'end after the first experiment that is not kept')
      .option('--shard <i/n>', 'run one part of n; the contracts belong to the first part', shardOption)
      .option('--gate-later', 'exit with 0 although something was not kept: faultline gate decides')
      .option('--json', 'print run.json on stdout')
      .addHelpText('after', EXAMPLES)
      .action(async (names: string[], flags: RunFlags, self: Command) => {
        process.exitCode = await run(names, flags, self);
      });
  },
};
export default command;

async function run(names: readonly string[], flags: RunFlags, _self: Command): Promise<number> {
  const topology = await loadTopology(flags.topology);
  const all = await loadExperiments(PLACES.experiments, PLACES.root);
  const fitting = all.filter(({ topologies }) => !topologies || topologies.includes(topology.name));
  const selected = selectExperiments(fitting, names);
  const shard =
    flags.shard &&
    shardInfo(
      selected.map(({ slug }) => slug),
      flags.shard,
    );
  const experiments = itemsOfShard(selected, ({ slug }) => slug, shard);
  for (const { faults, checks } of experiments) {
    await planFaults(faults, topology);
    await planChecks(checks, topology);
  }
  if (flags.dryRun) return printPlan(experiments, flags);

  const signal = interruptSignal();
  const startedAt = systemClock.now();
  const seed = flags.seed ?? freshSeed();
  const withContracts = flags.contracts && names.length === 0 && (shard?.index ?? 1) === 1;
  const folder = await makeRunFolder(
    shard ? `${topology.name}-${shard.index}-of-${shard.of}` : topology.name,
    startedAt,
  );
  if (shard && experiments.length === 0 && !withContracts) {
    const empty = await saveEmptyShard({ name: topology.name, folder, startedAt, seed, topology, shard });
    await pointLatest(folder);
    if (flags.json) printJson(empty);
    return empty.exitCode;
  }
  const lab = await bringUp({ topology, folder: folder.path, signal });
  const progress: Progress = { problems: [], interrupted: false };
  try {
    const { repeat, bail = false } = flags;
    await work(lab, { experiments, withContracts, folder: folder.path, seed, repeat, bail, signal }, progress);
    const slugs = experiments.map(({ slug }) => slug);
    const results = await readExperiments(folder.path, slugs);
    const outcome = {
      name: topology.name,
      folder,
      startedAt,
      seed,
      lab,
      experiments: results,
      planned: slugs,
      repeat,
      bail,
      ...(shard ? { shard } : {}),
    };
    const saved = await saveRun({ ...outcome, ...progress });
    await pointLatest(folder);
    if (flags.json) printJson(saved);
    else printOutcome(saved, folder);
    return flags.gateLater && saved.exitCode <= 2 ? 0 : saved.exitCode;
  } finally {
    await takeDownLab(lab);
  }
}

interface Work {
  readonly experiments: readonly Experiment[];
  readonly withContracts: boolean;
  readonly folder: string;
  readonly seed: number;
  readonly repeat: number;
  readonly bail: boolean;
  readonly signal: AbortSignal;
}

interface Progress {
  contracts?: ContractMatrix;
  problems: string[];
  interrupted: boolean;
}

/** Contracts, then experiments. What went wrong with the harness itself, and Ctrl-C, are noted: what is there is still written. */
async function work(lab: Lab, options: Work, progress: Progress): Promise<void> {
  try {
    if (options.withContracts) progress.contracts = await verifyInLab(lab, options.signal);
    const { folder, withContracts: _, ...rest } = options;
    const problems = await runExperiments({
      ...rest,
      runFolder: folder,
      onStart: (name) => say(dim(`… ${name}`)),
      onEnd: (name, passed, tookMs) =>
        say(`${passed ? verdictWord('pass') : verdictWord('fail')} ${name} ${dim(duration(tookMs))}`),
    });
    progress.problems.push(...problems);
  } catch (thrown) {
    if (options.signal.aborted) progress.interrupted = true;
    else
      progress.problems.push(
        `${messageOf(thrown)}${(thrown as HarnessError).hint ? ` — ${(thrown as HarnessError).hint}` : ''}`,
      );
  }
}

function printPlan(experiments: readonly Experiment[], flags: RunFlags): number {
  const plan = experiments.map(({ name, slug, hypothesis, faults, checks, file }) => ({
    name,
    slug,
    hypothesis,
    faults,
    checks,
    file,
  }));
  if (flags.json) {
    printJson({ topology: flags.topology, experiments: plan });
    return 0;
  }
  print(`topology ${flags.topology}; ${plan.length} experiments`);
  for (const { name, slug, faults, checks } of plan) {
    print(`\n${name} ${dim(`(${slug})`)}`);
    for (const { fault, target, options, trigger } of faults) {
      const details = [options && JSON.stringify(options), trigger && `when ${JSON.stringify(trigger)}`].filter(
        Boolean,
      );
      print(`  fault  ${fault} on ${target} ${dim(details.join(' '))}`);
    }
    print(`  checks ${checks.map(({ check }) => check).join(', ')}`);
  }
  return 0;
}
