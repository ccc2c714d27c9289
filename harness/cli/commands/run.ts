/** `faultline run`: contracts, then every experiment, then the report and one exit code. */
import { freshSeed } from '../../core/index.ts';
import { loadTopology } from '../../topology/index.ts';
import type { CliCommand } from '../command.ts';
import { saveEmptyShard, shardName } from '../empty-shard.ts';
import { countFromOne, seedNumber } from '../options.ts';
import { planAsData, planRun, printPlan, type RunPlan, sayLeftOut } from '../plan-run.ts';
import { DEFAULT_TOPOLOGY } from '../project.ts';
import { type Findings, recordedRun, type Workplace } from '../recorded-run.ts';
import { runExperiments } from '../run-experiments.ts';
import { readExperiments } from '../run-folder.ts';
import { printOutcome } from '../save-run.ts';
import { type Shard, shardOption } from '../shard.ts';
import { dim, duration, printJson, say, verdictWord } from '../terminal.ts';
import { verifyInLab } from '../verify-in-lab.ts';

interface RunFlags {
  readonly topology: string;
  readonly seed?: number;
  readonly dryRun?: boolean;
  readonly contracts: boolean;
  readonly fresh?: boolean;
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
  boots: true,
  build(program) {
    program
      .command('run')
      .description('boot the system, verify its contracts, run every experiment, write the report')
      .argument('[names...]', 'only experiments whose names contain one of these')
      .option('--topology <name>', 'topology to boot', DEFAULT_TOPOLOGY)
      .option('--seed <number>', 'seed of every schedule (default: a fresh one)', seedNumber)
      .option('--dry-run', 'print the plan and stop')
      .option('--no-contracts', 'leave the contracts out')
      .option('--fresh', 'boot a lab of its own although one is up')
      .option('--repeat <n>', 'run every experiment so often, and tell flaky ones from failing ones', countFromOne, 1)
      .option('--bail', 'end after the first experiment that is not kept')
      .option('--shard <i/n>', 'run one part of n; the contracts belong to the first part', shardOption)
      .option('--gate-later', 'exit with 0 although something was not kept: faultline gate decides')
      .option('--json', 'print run.json on stdout')
      .addHelpText('after', EXAMPLES)
      .action(async (names: string[], flags: RunFlags) => {
        process.exitCode = await run(names, flags);
      });
  },
};
export default command;

async function run(names: readonly string[], flags: RunFlags): Promise<number> {
  const plan = await planRun(await loadTopology(flags.topology), { ...flags, names });
  sayLeftOut(plan);
  if (flags.dryRun) {
    if (flags.json) printJson(planAsData(plan));
    else printPlan(plan);
    return 0;
  }
  const { topology, experiments, contracts, shard } = plan;
  const { seed = freshSeed(), repeat, bail = false, fresh = false } = flags;
  const { name } = topology;
  if (shard && experiments.length === 0 && !contracts) {
    const empty = await saveEmptyShard({ name, topology, shard, seed, of: 'experiments' });
    if (flags.json) printJson(empty);
    return empty.exitCode;
  }
  const folderName = shardName(name, shard);
  const planned = experiments.map(({ slug }) => slug);
  const { run, folder, exitCode } = await recordedRun(
    { name, folderName, topology, seed, fresh, latest: true, planned, repeat, bail, ...(shard ? { shard } : {}) },
    (at, findings) => work(at, findings, { plan, seed, repeat, bail }),
  );
  if (flags.json) printJson(run);
  else printOutcome(run, folder);
  return flags.gateLater && exitCode <= 2 ? 0 : exitCode;
}

interface Work {
  readonly plan: RunPlan;
  readonly seed: number;
  readonly repeat: number;
  readonly bail: boolean;
}

/** Contracts, then experiments; what an experiment gave is read back from the folder, however it all ends. */
async function work({ lab, folder, signal }: Workplace, findings: Findings, { plan, ...rest }: Work): Promise<void> {
  const { experiments } = plan;
  if (plan.contracts) {
    const matrix = await verifyInLab(lab, signal);
    if (matrix) findings.contracts = matrix;
  }
  try {
    const problems = await runExperiments({
      ...{ lab, experiments, signal, runFolder: folder.path },
      ...rest,
      onStart: (name) => say(dim(`… ${name}`)),
      onEnd: (name, passed, tookMs) => say(`${verdictWord(passed ? 'pass' : 'fail')} ${name} ${dim(duration(tookMs))}`),
    });
    for (const problem of problems) say(`problem: ${problem}`);
    findings.problems.push(...problems);
  } finally {
    const slugs = experiments.map(({ slug }) => slug);
    findings.experiments = await readExperiments(folder.path, slugs);
  }
}
