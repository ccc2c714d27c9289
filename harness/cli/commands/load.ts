/** `faultline load`: k6 on a scenario through the system's door, alone or with an experiment's faults in its middle third. */
import { InvalidArgumentError } from 'commander';
import { freshSeed, HarnessError, type LoadResult, type LoadThreshold, type Topology } from '../../core/index.ts';
import { type Experiment, loadExperiments, selectExperiments } from '../../experiment/index.ts';
import {
  type FoundScenario,
  findScenario,
  appliesTo as fitsRun,
  inspectLoad,
  type LoadProgress,
  listScenarios,
  parseThreshold,
  runLoad,
  type Threshold,
} from '../../load/index.ts';
import { ensureTools } from '../../setup/index.ts';
import { chooseTopology } from '../choose-topology.ts';
import type { CliCommand } from '../command.ts';
import { describeLoad, describeProgress } from '../describe-load.ts';
import { runtimeAhead } from '../fit-runtime.ts';
import { countFromOne, durationMs, seedNumber } from '../options.ts';
import { appliesTo, checkExperiment } from '../plan-run.ts';
import { DEFAULT_TOPOLOGY, PLACES } from '../project.ts';
import { type Findings, recordedRun, type Workplace } from '../recorded-run.ts';
import { printOutcome } from '../save-run.ts';
import { duration, print, printJson, say } from '../terminal.ts';

interface LoadFlags {
  readonly with?: string;
  readonly rate?: number;
  readonly duration?: number;
  readonly threshold: readonly string[];
  readonly processes: number;
  readonly seed?: number;
  readonly topology?: string;
  readonly fresh?: boolean;
  readonly json?: boolean;
}

const EXAMPLES = `
Without a scenario it lists them. With an experiment, its faults are on in the middle third: figures are given for before, during and after.

Thresholds: phase:metric<limit. Phases: all (default), before, during, after. Metrics: p50 p90 p95 p99 max (ms), errors (%), rate (1/s),
and of the whole load: recovery (ms), dropped, budget (%).

Examples:
  faultline load smoke
  faultline load flash-sale --with "slow psp" --threshold 'during:p95<500'
  faultline load soak --rate 20 --duration 10m
`;

const command: CliCommand = {
  name: 'load',
  order: 45,
  boots: true,
  build(program) {
    program
      .command('load')
      .description('drive load through the door with k6, alone or with faults, and judge every order afterwards')
      .argument('[scenario]', 'scenario of fixtures/load')
      .option('--with <experiment>', 'inject the faults of this experiment in the middle third')
      .option('--rate <n>', 'arrivals per second, at their highest (default: that of the scenario)', arrivals)
      .option('--duration <time>', 'how long, as 30s or 10m (default: that of the scenario)', durationMs)
      .option('--threshold <text>', 'as during:p95<500; may be given several times', collect, [])
      .option('--processes <n>', 'k6 processes that share the load', countFromOne, 1)
      .option('--seed <number>', 'seed of who wants what (default: a fresh one)', seedNumber)
      .option('--topology <name>', `topology (default: that of the lab that is up, else ${DEFAULT_TOPOLOGY})`)
      .option('--fresh', 'boot a lab of its own although one is up')
      .option('--json', 'print run.json on stdout')
      .addHelpText('after', EXAMPLES)
      .action(async (scenario: string | undefined, flags: LoadFlags) => {
        process.exitCode = scenario === undefined ? await list(flags) : await load(scenario, flags);
      });
  },
};
export default command;

async function list(flags: LoadFlags): Promise<number> {
  const scenarios = await listScenarios(PLACES.load);
  const rows = scenarios.map(({ name, description, rate, durationMs: lengthMs }) => ({
    name,
    description,
    rate,
    durationMs: lengthMs,
  }));
  if (flags.json) printJson(rows);
  else
    for (const { name, description, rate, durationMs: lengthMs } of rows)
      print(`${name.padEnd(12)} ${`${rate}/s`.padStart(6)} ${duration(lengthMs).padStart(8)}  ${description}`);
  return 0;
}

/** Everything that can be refused is refused before anything is booted. */
async function load(name: string, flags: LoadFlags): Promise<number> {
  const found = await findScenario(PLACES.load, name);
  const wished = flags.threshold.map(parseThreshold);
  const topology = await chooseTopology(flags.topology, () => true, DEFAULT_TOPOLOGY);
  const experiment =
    flags.with === undefined ? undefined : await experimentFor(topology, flags.with, flags.fresh ?? false);
  checkDoor(topology, found);
  const asked: Asked = {
    ...{ found, topology, experiment },
    seed: flags.seed ?? freshSeed(),
    rate: flags.rate ?? found.scenario.rate,
    lengthMs: lengthOf(flags.duration ?? found.scenario.durationMs),
    thresholds: thresholdsOf(found, wished, experiment),
    processes: flags.processes,
  };
  const k6 = await obtainK6();
  await inspectLoad({ k6: k6.path, found, rate: asked.rate, durationMs: asked.lengthMs });
  const { run, folder, exitCode } = await recordedRun(
    {
      ...{ name: `load ${name}`, folderName: `load-${name}`, topology, seed: asked.seed, latest: true, planned: [] },
      ...(flags.fresh ? { fresh: true } : {}),
    },
    (at, findings) => drive(at, findings, { ...asked, k6, repeat: repeatOf(name, asked) }),
  );
  if (flags.json) printJson(run);
  else {
    if (run.load) print(describeLoad(run.load));
    printOutcome(run, folder);
  }
  return exitCode;
}

interface Asked {
  readonly found: FoundScenario;
  readonly topology: Topology;
  readonly experiment: Experiment | undefined;
  readonly seed: number;
  readonly rate: number;
  readonly lengthMs: number;
  readonly thresholds: readonly (Threshold & { readonly by: LoadThreshold['by'] })[];
  readonly processes: number;
}

interface Ready extends Asked {
  readonly k6: { readonly path: string; readonly version: string };
  readonly repeat: string;
}

async function drive({ lab, folder, signal }: Workplace, findings: Findings, ready: Ready): Promise<void> {
  const { experiment, lengthMs, ...rest } = ready;
  const onProgress = (progress: LoadProgress) => say(describeProgress(progress, experiment !== undefined));
  say(
    `load ${rest.found.scenario.name}: up to ${rest.rate}/s for ${duration(lengthMs)}${experiment ? `, with ${experiment.name}` : ''}`,
  );
  const result: LoadResult = await runLoad({
    ...{ ...rest, lab, signal, onProgress, durationMs: lengthMs, runFolder: folder.path, root: PLACES.root },
    ...(experiment ? { with: experiment } : {}),
  });
  findings.load = result;
  const { end, exitCode, said } = result.engine;
  if (end === 'broken') findings.problems.push(`k6 broke off (exit code ${exitCode}): ${said}`);
  for (const trouble of result.notHealed) findings.problems.push(trouble);
}

async function experimentFor(topology: Topology, wanted: string, fresh: boolean): Promise<Experiment> {
  const fitting = (await loadExperiments(PLACES.experiments, PLACES.root)).filter((one) => appliesTo(one, topology));
  const [experiment, other] = selectExperiments(fitting, [wanted]);
  if (!experiment || other) {
    const message = `--with "${wanted}" means more than one experiment`;
    throw new HarnessError({ code: 'bad-argument', message, hint: `write ${experiment?.slug} or ${other?.slug}` });
  }
  await checkExperiment(experiment, topology, await runtimeAhead([experiment], topology, fresh));
  return experiment;
}

function checkDoor({ name, edges }: Topology, { scenario }: FoundScenario): void {
  if (edges.some(({ caller, callee }) => caller === 'driver' && callee === scenario.door)) return;
  const message = `the scenario ${scenario.name} goes through ${scenario.door}, which is no door of topology ${name}`;
  throw new HarnessError({ code: 'bad-argument', message });
}

/** Those of the scenario that this load has no phase for are left out; those of the command line are refused. */
function thresholdsOf({ scenario }: FoundScenario, wished: readonly Threshold[], experiment: Experiment | undefined) {
  const withFaults = experiment !== undefined;
  const lost = wished.find((threshold) => !fitsRun(threshold, withFaults));
  if (lost) {
    const message = `the threshold "${lost.text}" is about faults, but none are injected`;
    throw new HarnessError({ code: 'bad-argument', message, hint: 'add --with <experiment>, or drop the phase' });
  }
  // Without faults all of it is as it is before them.
  const alone = (text: string) => (withFaults ? text : text.replace(/^before:/, ''));
  const declared = (scenario.thresholds ?? [])
    .map((text) => parseThreshold(alone(text)))
    .filter((one) => fitsRun(one, withFaults));
  return [
    ...declared.map((one) => ({ ...one, by: 'scenario' as const })),
    ...wished.map((one) => ({ ...one, by: 'command' as const })),
  ];
}

async function obtainK6(): Promise<{ readonly path: string; readonly version: string }> {
  const { k6, versions } = await ensureTools(['k6'], ({ what, state, tookMs }) =>
    say(`k6: ${what} ${state === 'start' ? '…' : state}${tookMs === undefined ? '' : ` after ${duration(tookMs)}`}`),
  );
  return { path: k6, version: versions.k6 ?? '' };
}

function repeatOf(name: string, { experiment, rate, lengthMs, seed, processes, thresholds }: Asked): string {
  const faults = experiment ? ` --with ${experiment.slug}` : '';
  const shared = processes > 1 ? ` --processes ${processes}` : '';
  const wished = thresholds.filter(({ by }) => by === 'command').map(({ text }) => ` --threshold '${text}'`);
  const more = `${shared}${wished.join('')}`;
  return `npx faultline load ${name}${faults} --rate ${rate} --duration ${lengthMs}ms --seed ${seed}${more}`;
}

function lengthOf(lengthMs: number): number {
  if (lengthMs >= 1_000) return lengthMs;
  throw new HarnessError({
    code: 'bad-argument',
    message: `a load of ${lengthMs} ms is too short; give it 1s or more`,
  });
}

function arrivals(text: string): number {
  const value = Number(text);
  if (/^\d+(\.\d+)?$/.test(text) && value > 0 && value <= 10_000) return value;
  throw new InvalidArgumentError(`"${text}" is no rate; write arrivals per second, above 0 and up to 10000`);
}

function collect(text: string, before: readonly string[]): readonly string[] {
  return [...before, text];
}
