/** `faultline defects`: plants each bug, runs its experiment, and says whether the check it names found it. */
import { type Catalogue, type DefectResult, freshSeed, HarnessError, type ShardInfo } from '../../core/index.ts';
import { DEFECT_TOPOLOGY, type Defect, defectCatalogue, huntDefects } from '../../defects/index.ts';
import { type Experiment, loadExperiments, openSession } from '../../experiment/index.ts';
import { loadTopology } from '../../topology/index.ts';
import type { CliCommand } from '../command.ts';
import { defectTable, detectionText } from '../defect-table.ts';
import { isMeasured, keepDetection, type MeasuredCode, measuredCode, readDetection } from '../detection-table.ts';
import { saveEmptyShard, shardName } from '../empty-shard.ts';
import { INTERRUPTED } from '../interrupt.ts';
import { countFromOne, seedNumber } from '../options.ts';
import { PLACES } from '../project.ts';
import { type Findings, recordedRun, type Workplace } from '../recorded-run.ts';
import { itemsOfShard, type Shard, shardInfo, shardOption } from '../shard.ts';
import { bold, dim, duration, print, printJson, say, verdictWord } from '../terminal.ts';

interface DefectFlags {
  readonly topology?: string;
  readonly all?: boolean;
  readonly repeat?: number;
  readonly seed?: number;
  readonly list?: boolean;
  readonly shard?: Shard;
  readonly gateLater?: boolean;
  /** File of the detection table. */
  readonly keep?: string;
  readonly resume?: boolean;
  readonly json?: boolean;
}

const EXAMPLES = `
Exit code: 0 when every defect was found by the check it names, else 1.

Examples:
  faultline defects                      the quick ones, which stand for all
  faultline defects --all                every one, each in its topology
  faultline defects --all --repeat 5     each five times: the rate at which they are found
  faultline defects breaker-never-opens  one
  faultline defects --list --all         names and what each one is
  faultline defects --all --keep reports/samples/detection.json --resume
                                         adds to that table, with the commit; what it has for this code is not hunted again
`;

const command: CliCommand = {
  name: 'defects',
  order: 50,
  boots: true,
  build(program) {
    program
      .command('defects')
      .description('plant known bugs and show that the checks find them')
      .argument('[names...]', 'only these defects')
      .option('--all', 'every defect (default: the quick ones)')
      .option('--repeat <times>', 'look for each so many times', countFromOne)
      .option('--topology <name>', 'topology to boot (default: the one that each defect names)')
      .option('--seed <number>', 'seed (default: a fresh one)', seedNumber)
      .option('--list', 'print the defects and stop')
      .option('--shard <i/n>', 'hunt one part of n; faultline report merge puts them together', shardOption)
      .option('--gate-later', 'exit with 0 although a defect was not found: faultline gate decides')
      .option('--keep <file>', 'add each result to this table (JSON, and Markdown beside it) as soon as it is there')
      .option('--resume', 'leave out what the table of --keep has as found on this very code')
      .option('--json', 'print the results (or the list) as JSON')
      .addHelpText('after', EXAMPLES)
      .action(async (names: string[], flags: DefectFlags) => {
        process.exitCode = await defects(names, flags);
      });
  },
};
export default command;

async function defects(names: readonly string[], flags: DefectFlags): Promise<number> {
  const asked = await choose(names, flags);
  if (flags.list) {
    list(asked, flags.json === true);
    return 0;
  }
  const keeping = await keepingIn(flags);
  const chosen = asked.filter(({ name }) => !keeping?.has(name));
  if (chosen.length < asked.length) say(`${asked.length - chosen.length} were found on this code before`);
  if (asked.length > 0 && chosen.length === 0) return 0;
  const nameOf = ({ name }: Defect) => name;
  const shard = flags.shard && shardInfo(chosen.map(nameOf), flags.shard);
  const mine = itemsOfShard(chosen, nameOf, shard);
  const experiments = await loadExperiments(PLACES.experiments, PLACES.root);
  const seed = flags.seed ?? freshSeed();
  if (shard && mine.length === 0) {
    const topology = await loadTopology(flags.topology ?? DEFECT_TOPOLOGY);
    const empty = await saveEmptyShard({ name: 'defects', topology, shard, seed, of: 'defects' });
    if (flags.json) printJson([]);
    return empty.exitCode;
  }
  const results: DefectResult[] = [];
  const groups = Map.groupBy(mine, (defect) => flags.topology ?? defect.topology ?? DEFECT_TOPOLOGY);
  for (const [topology, group] of groups) {
    const keep = keeping?.keep;
    const about = { chosen: group, experiments, seed, repeat: flags.repeat, keep, ...(shard && { shard }) };
    const ended = await huntIn(topology, about, groups.size > 1, results);
    if (ended !== undefined) return ended;
  }
  if (flags.json) printJson(results);
  else print(`\n${defectTable(results)}`);
  const found = results.filter((result) => result.found).length;
  say(`${found} of ${mine.length} defects found: ${detectionText(results)}`);
  return found === mine.length || flags.gateLater ? 0 : 1;
}

async function choose(names: readonly string[], { all, list: listed }: DefectFlags): Promise<readonly Defect[]> {
  const catalogue: Catalogue<Defect> = await defectCatalogue();
  if (names.length > 0 && all)
    throw new HarnessError({ code: 'bad-argument', message: 'defects takes names or --all, not both' });
  if (names.length > 0) return names.map((name) => catalogue.get(name));
  const every = [...catalogue.entries.values()];
  return all || listed ? every : every.filter(({ quick }) => quick);
}

interface Keeping {
  /** Measured on this code already, and not to be done again. */
  has(name: string): boolean;
  keep(result: DefectResult): Promise<void>;
}

/** The table that results are kept in, where one is named. What is wrong with it is said before anything is booted. */
async function keepingIn({ keep: file, resume = false }: DefectFlags): Promise<Keeping | undefined> {
  if (file === undefined) {
    if (!resume) return undefined;
    throw new HarnessError({
      code: 'bad-argument',
      message: '--resume needs --keep <file>: the table it goes on from',
    });
  }
  const rows = await readDetection(file);
  const code: MeasuredCode = await measuredCode();
  const known = new Set((await defectCatalogue()).entries.keys());
  return {
    has: (name) => resume && isMeasured(rows, code, name),
    keep: (result) => keepDetection(file, result, { known, code }),
  };
}

/** Hunts in a lab of its own, always: defects are planted into its services. Gives the exit code where nothing more is to be done. */
async function huntIn(
  topologyName: string,
  about: Omit<Hunt, 'results'> & { readonly shard?: ShardInfo },
  several: boolean,
  results: DefectResult[],
): Promise<number | undefined> {
  const topology = await loadTopology(topologyName);
  const { shard, seed } = about;
  const own: DefectResult[] = [];
  const folderName = several ? `${shardName('defects', shard)}-${topologyName}` : shardName('defects', shard);
  const { run, folder, exitCode } = await recordedRun(
    {
      name: 'defects',
      folderName,
      topology,
      seed,
      fresh: true,
      latest: true,
      planned: [],
      ...(shard ? { shard } : {}),
    },
    (at, findings) => hunt(at, findings, { ...about, results: own }),
  );
  results.push(...own);
  const looked = run.interrupted ? `interrupted: ${own.length} of ${about.chosen.length} were looked for; ` : '';
  say(`${looked}${own.filter(({ found }) => found).length} of ${own.length} found   ${folder.path}/report.html`);
  return exitCode === INTERRUPTED || run.problems.length > 0 ? exitCode : undefined;
}

interface Hunt {
  readonly chosen: readonly Defect[];
  readonly experiments: readonly Experiment[];
  readonly results: DefectResult[];
  readonly seed: number;
  readonly repeat: number | undefined;
  readonly keep: Keeping['keep'] | undefined;
}

async function hunt({ lab, folder, signal }: Workplace, findings: Findings, about: Hunt): Promise<void> {
  const { chosen, experiments, results, seed, repeat, keep } = about;
  findings.defects = results;
  const session = await openSession({ lab, runFolder: folder.path, seed });
  try {
    await huntDefects({
      ...{ session, defects: chosen, experiments, root: PLACES.root, signal },
      ...(repeat === undefined ? {} : { repeat }),
      onStart: ({ name, experiment }) => say(dim(`… ${name} (${experiment})`)),
      async onEnd(result, run) {
        results.push(result);
        if (run) findings.experiments = [...findings.experiments, run];
        say(describe(result));
        await keep?.(result);
      },
    });
  } finally {
    await session.close();
  }
}

function list(chosen: readonly Defect[], json: boolean): void {
  const shown = chosen.map(({ name, description, service, experiment, check }) => ({
    ...{ name, description, service, experiment, check },
  }));
  if (json) printJson(shown);
  for (const { name, description, experiment, check } of json ? [] : shown)
    print(`${bold(name)}\n    ${description} (${experiment}: ${check})`);
}

function describe({ defect, found, expectedCheck, why, tookMs, foundBy }: DefectResult): string {
  const also = foundBy.filter((check) => check !== expectedCheck);
  const by = found
    ? `found by ${expectedCheck}${also.length > 0 ? dim(` (also ${also.join(', ')})`) : ''}`
    : `not found: ${why}`;
  return `${verdictWord(found ? 'pass' : 'fail')} ${defect} ${by} ${dim(duration(tookMs))}`;
}
