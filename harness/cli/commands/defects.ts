/** `faultline defects`: plants each bug, runs its experiment, and says whether the check it names found it. */
import { type Catalogue, type DefectResult, freshSeed } from '../../core/index.ts';
import { type Defect, defectCatalogue, huntDefects } from '../../defects/index.ts';
import { type Experiment, loadExperiments, openSession } from '../../experiment/index.ts';
import { loadTopology } from '../../topology/index.ts';
import type { CliCommand } from '../command.ts';
import { saveEmptyShard, shardName } from '../empty-shard.ts';
import { INTERRUPTED } from '../interrupt.ts';
import { seedNumber } from '../options.ts';
import { DEFAULT_TOPOLOGY, PLACES } from '../project.ts';
import { type Findings, recordedRun, type Workplace } from '../recorded-run.ts';
import { itemsOfShard, type Shard, shardInfo, shardOption } from '../shard.ts';
import { bold, dim, duration, print, printJson, say, verdictWord } from '../terminal.ts';

interface DefectFlags {
  readonly topology: string;
  readonly seed?: number;
  readonly list?: boolean;
  readonly shard?: Shard;
  readonly gateLater?: boolean;
  readonly json?: boolean;
}

const EXAMPLES = `
Exit code: 0 when every defect was found by the check it names, else 1.

Examples:
  faultline defects                      all of them
  faultline defects breaker-never-opens  one
  faultline defects --list               names and what each one is
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
      .option('--topology <name>', 'topology to boot', DEFAULT_TOPOLOGY)
      .option('--seed <number>', 'seed (default: a fresh one)', seedNumber)
      .option('--list', 'print the defects and stop')
      .option('--shard <i/n>', 'hunt one part of n; faultline report merge puts them together', shardOption)
      .option('--gate-later', 'exit with 0 although a defect was not found: faultline gate decides')
      .option('--json', 'print the results (or the list) as JSON')
      .addHelpText('after', EXAMPLES)
      .action(async (names: string[], flags: DefectFlags) => {
        process.exitCode = await defects(names, flags);
      });
  },
};
export default command;

async function defects(names: readonly string[], flags: DefectFlags): Promise<number> {
  const catalogue: Catalogue<Defect> = await defectCatalogue();
  const chosen = names.length === 0 ? [...catalogue.entries.values()] : names.map((name) => catalogue.get(name));
  if (flags.list) {
    list(chosen, flags.json === true);
    return 0;
  }
  const topology = await loadTopology(flags.topology);
  const nameOf = ({ name }: Defect) => name;
  const shard = flags.shard && shardInfo(chosen.map(nameOf), flags.shard);
  const mine = itemsOfShard(chosen, nameOf, shard);
  const experiments = await loadExperiments(PLACES.experiments, PLACES.root);
  const seed = flags.seed ?? freshSeed();
  if (shard && mine.length === 0) {
    const empty = await saveEmptyShard({ name: 'defects', topology, shard, seed, of: 'defects' });
    if (flags.json) printJson([]);
    return empty.exitCode;
  }
  const results: DefectResult[] = [];
  const folderName = shardName('defects', shard);
  // A lab of its own, always: defects are planted into its services.
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
    (at, findings) => hunt(at, findings, { chosen: mine, experiments, results, seed }),
  );
  if (flags.json) printJson(results);
  const found = results.filter((result) => result.found).length;
  const looked = run.interrupted ? `interrupted: ${results.length} of ${mine.length} were looked for; ` : '';
  say(`${looked}${found} of ${mine.length} defects found   ${folder.path}/report.html`);
  if (exitCode === INTERRUPTED || run.problems.length > 0) return exitCode;
  return found === mine.length || flags.gateLater ? 0 : 1;
}

interface Hunt {
  readonly chosen: readonly Defect[];
  readonly experiments: readonly Experiment[];
  readonly results: DefectResult[];
  readonly seed: number;
}

async function hunt({ lab, folder, signal }: Workplace, findings: Findings, about: Hunt): Promise<void> {
  const { chosen, experiments, results, seed } = about;
  findings.defects = results;
  const session = await openSession({ lab, runFolder: folder.path, seed });
  try {
    await huntDefects({
      ...{ session, defects: chosen, experiments, root: PLACES.root, signal },
      onStart: ({ name, experiment }) => say(dim(`… ${name} (${experiment})`)),
      onEnd(result, run) {
        results.push(result);
        findings.experiments = [...findings.experiments, run];
        say(describe(result));
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
