/** Writes what a run has, finished or interrupted: run.json, the page, JUnit, the summary; and says the verdict. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  type ContractMatrix,
  type DefectResult,
  type EdgeAttribution,
  type ExperimentResult,
  type Lab,
  type LoadResult,
  messageOf,
  RUN_SCHEMA,
  type RunFile,
  type ShardInfo,
  systemClock,
  type Topology,
  type VerdictStatus,
  worstOf,
} from '../core/index.ts';
import { measureAttribution } from '../experiment/index.ts';
import { readHistory } from '../history/index.ts';
import { readRates, writeReport, writeRun } from '../report/index.ts';
import { ROOT } from './project.ts';
import type { RunFolder } from './run-folder.ts';
import { bold, print, say, verdictWord } from './terminal.ts';
import { VERSION } from './version.ts';

export interface Outcome {
  readonly name: string;
  readonly folder: RunFolder;
  readonly startedAt: number;
  readonly seed: number;
  /** What was to be booted. */
  readonly topology: Topology;
  /** Absent where none came up. */
  readonly lab?: Lab;
  readonly contracts?: ContractMatrix;
  readonly experiments: readonly ExperimentResult[];
  readonly defects?: readonly DefectResult[];
  readonly load?: LoadResult;
  readonly problems: readonly string[];
  readonly interrupted: boolean;
  /** Slugs that were chosen; fewer results than these is a failure of the harness unless it was interrupted or ended by `bail`. */
  readonly planned: readonly string[];
  /** How often each was to run. Default 1. */
  readonly repeat?: number | undefined;
  readonly bail?: boolean | undefined;
  readonly shard?: ShardInfo | undefined;
}

/** Written first of all: a run that is killed leaves a run.json that says so. */
export async function beginRun(
  outcome: Pick<Outcome, 'name' | 'folder' | 'startedAt' | 'seed' | 'topology' | 'shard'>,
) {
  const nothing = { experiments: [], problems: [], planned: [], interrupted: true };
  await writeRun(await runFileOf({ ...outcome, ...nothing }), join(outcome.folder.path, 'run.json'));
}

export async function saveRun(outcome: Outcome): Promise<RunFile> {
  const { folder } = outcome;
  const run = await runFileOf(outcome);
  await writeReport(
    { run, histories: async (caseId) => readHistory(join(folder.path, 'history', `${caseId}.ndjson`)) },
    folder.path,
  );
  return run;
}

async function runFileOf(outcome: Outcome): Promise<RunFile> {
  const { contracts, experiments, folder } = outcome;
  const { repeat = 1, shard } = outcome;
  const absent = outcome.planned.filter((slug) => !experiments.some((result) => result.slug === slug));
  const bailed = outcome.bail === true && experiments.some((result) => result.verdict !== 'pass');
  const problems = [
    ...outcome.problems,
    ...(outcome.interrupted ? [] : lostResults(bailed ? [] : absent, experiments)),
  ];
  const judged = outcome.defects ? defectsVerdict(outcome.defects) : promisesVerdict(outcome);
  // What was not done to its end may hold anything: it is never a pass.
  const verdict = outcome.interrupted || problems.length > 0 ? worstOf([judged, 'unknown']) : judged;
  const system = systemOf(outcome);
  return {
    schema: RUN_SCHEMA,
    id: folder.id,
    name: outcome.name,
    startedAt: outcome.startedAt,
    endedAt: systemClock.now(),
    seed: outcome.seed,
    ...system,
    ...(await commitOf()),
    ...(contracts ? { contracts } : {}),
    experiments,
    ...(outcome.defects ? { defects: outcome.defects } : {}),
    ...(outcome.load ? { load: outcome.load } : {}),
    ...(await publishedRates()),
    attribution: await attributionOf(system.topology, folder.path, experiments),
    verdict,
    exitCode: exitCodeOf(verdict, problems, outcome.interrupted),
    ...(outcome.interrupted ? { interrupted: true } : {}),
    problems,
    ...(repeat > 1 ? { repeat } : {}),
    ...(bailed && absent.length > 0 ? { notRun: absent } : {}),
    ...(shard ? { shard } : {}),
  };
}

type SystemOfRun = Pick<RunFile, 'runtime' | 'runtimeReason' | 'versions' | 'topology' | 'setup' | 'boot'>;

/** What the run was about: the lab as it was, or where none came up, what was to be booted. */
function systemOf({ lab, topology }: Outcome): SystemOfRun {
  if (!lab) return nothingBooted(topology, 'no lab came up');
  const { runtime, runtimeReason, versions, setup, boot } = lab.descriptor;
  return { runtime, runtimeReason, versions, topology: lab.descriptor.topology, setup, boot };
}

export function nothingBooted(topology: Topology, runtimeReason: string): SystemOfRun {
  return { runtime: 'native', runtimeReason, versions: { faultline: VERSION }, topology, setup: [], boot: [] };
}

/** What was to give a result and did not, one sentence each. */
function lostResults(absent: readonly string[], experiments: readonly ExperimentResult[]): string[] {
  const cut = experiments.filter(({ repeats }) => repeats !== undefined && repeats.attempts.length < repeats.asked);
  return [
    ...(absent.length > 0 ? [`${absent.length} experiment(s) gave no result: ${absent.join(', ')}`] : []),
    ...cut.map(({ slug, repeats }) => `${slug} ran ${repeats?.attempts.length} of ${repeats?.asked} times`),
  ];
}

/** 3 the harness failed, then 1 a promise broken, then 2 inconclusive. */
export function exitCodeOf(verdict: VerdictStatus, problems: readonly string[], interrupted: boolean): number {
  if (interrupted) return 130;
  if (problems.length > 0) return 3;
  return verdict === 'pass' ? 0 : verdict === 'fail' ? 1 : 2;
}

/** The last lines a user sees: what is not green, the verdict, where the page is. */
export function printOutcome(run: RunFile, folder: RunFolder): void {
  for (const { name, verdict, reason, repeat, repeats } of run.experiments) {
    const often = repeats ? ` ${repeats.outcome}: ${repeats.counts.pass} of ${repeats.attempts.length} kept` : '';
    if (verdict !== 'pass')
      print(`${verdictWord(verdict)} ${name}${reason ? ` (${reason})` : ''}${often}\n    repeat: ${repeat}`);
  }
  if (run.notRun) say(`ended by --bail: ${run.notRun.length} experiment(s) were not run: ${run.notRun.join(', ')}`);
  for (const pair of run.contracts?.pairs ?? []) {
    if (pair.verdict !== 'pass')
      print(`${verdictWord(pair.verdict)} contract ${pair.consumer} -> ${pair.provider} ${pair.problem ?? ''}`);
  }
  if (run.interrupted) say(`interrupted: ${doneOf(run)}; this is what there is`);
  print(`${bold('verdict')} ${verdictWord(run.verdict)}   ${join(folder.path, 'report.html')}`);
}

function doneOf({ experiments, contracts }: RunFile): string {
  return `${contracts ? 'contracts and ' : ''}${experiments.length} experiment(s) were done`;
}

function promisesVerdict({ experiments, contracts, load }: Outcome): VerdictStatus {
  const others = [contracts, load].flatMap((part) => (part ? [part.verdict] : []));
  return worstOf([...experiments.map(({ verdict }) => verdict), ...others]);
}

function defectsVerdict(defects: readonly DefectResult[]): VerdictStatus {
  return worstOf(defects.map(({ found }) => (found ? 'pass' : 'fail')));
}

async function attributionOf(
  topology: Topology,
  runFolder: string,
  experiments: readonly ExperimentResult[],
): Promise<EdgeAttribution[]> {
  const files = experiments.map(({ control }) => join(runFolder, control.history));
  return measureAttribution(topology, await Promise.all(files.map(async (file) => (await readHistory(file)).records)));
}

/** What `npm run full` left for everybody to read; a project without it has none. */
async function publishedRates(): Promise<Pick<RunFile, 'rates'>> {
  const text = await readFile(join(ROOT, 'reports/samples/rates.json'), 'utf8').catch(() => undefined);
  if (text === undefined) return {};
  const rates = readRates(text);
  if (rates === undefined)
    say('reports/samples/rates.json is none of ours and is left out: npm run full writes it anew');
  return rates === undefined ? {} : { rates };
}

/** The commit of the project, where it has one. */
export async function commitOf(): Promise<{ readonly commit?: string }> {
  try {
    const { stdout } = await promisify(execFile)('git', ['-C', ROOT, 'rev-parse', 'HEAD']);
    return { commit: stdout.trim() };
  } catch (cause) {
    // A project without git has no commit to name; anything else is worth a word.
    if (!/not a git repository|ENOENT/.test(messageOf(cause))) say(`the commit is not known: ${messageOf(cause)}`);
    return {};
  }
}
