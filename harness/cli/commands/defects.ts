/** `faultline defects`: plants each bug, runs its experiment, and says whether the check it names found it. */
import { type Catalogue, type DefectResult, freshSeed, messageOf, systemClock } from '../../core/index.ts';
import { type Defect, defectCatalogue, huntDefects } from '../../defects/index.ts';
import { loadExperiments, openSession } from '../../experiment/index.ts';
import { takeDownLab } from '../../runtime/index.ts';
import { loadTopology } from '../../topology/index.ts';
import { bringUp } from '../bring-up.ts';
import type { CliCommand } from '../command.ts';
import { interruptSignal } from '../interrupt.ts';
import { seedNumber } from '../options.ts';
import { DEFAULT_TOPOLOGY, PLACES } from '../project.ts';
import { makeRunFolder, pointLatest } from '../run-folder.ts';
import { saveRun } from '../save-run.ts';
import { bold, dim, duration, print, printJson, say, verdictWord } from '../terminal.ts';

interface DefectFlags {
  readonly topology: string;
  readonly seed?: number;
  readonly list?: boolean;
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
  build(program) {
    program
      .command('defects')
      .description('plant known bugs and show that the checks find them')
      .argument('[names...]', 'only these defects')
      .option('--topology <name>', 'topology to boot', DEFAULT_TOPOLOGY)
      .option('--seed <number>', 'seed (default: a fresh one)', seedNumber)
      .option('--list', 'print the defects and stop')
      .option('--json', 'print the results as JSON')
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
    for (const { name, description, experiment, check } of chosen)
      print(`${bold(name)}\n    ${description} (${experiment}: ${check})`);
    return 0;
  }
  const topology = await loadTopology(flags.topology);
  const experiments = await loadExperiments(PLACES.experiments, PLACES.root);
  const signal = interruptSignal();
  const startedAt = systemClock.now();
  const seed = flags.seed ?? freshSeed();
  const folder = await makeRunFolder('defects', startedAt);
  const lab = await bringUp({ topology, folder: folder.path, signal });
  const session = await openSession({ lab, runFolder: folder.path, seed });
  const results: DefectResult[] = [];
  const problems: string[] = [];
  let runs: Awaited<ReturnType<typeof huntDefects>>['runs'] = [];
  try {
    const onStart = ({ name, experiment }: Defect) => say(dim(`… ${name} (${experiment})`));
    const onEnd = (result: DefectResult) => {
      results.push(result);
      say(describe(result));
    };
    const options = { session, defects: chosen, experiments, root: PLACES.root, signal, onStart, onEnd };
    ({ runs } = await huntDefects(options).catch((thrown) => {
      if (!signal.aborted) problems.push(messageOf(thrown));
      return { runs: [] };
    }));
    const outcome = { name: 'defects', folder, startedAt, seed, lab, experiments: runs, defects: results, problems };
    const run = await saveRun({ ...outcome, interrupted: signal.aborted, planned: [] });
    await pointLatest(folder);
    if (flags.json) printJson(results);
    const found = results.filter((result) => result.found).length;
    for (const problem of problems) say(`problem: ${problem}`);
    say(`${found} of ${chosen.length} defects found   ${folder.path}/report.html`);
    if (run.interrupted) return 130;
    return problems.length > 0 ? 3 : found === chosen.length ? 0 : 1;
  } finally {
    await session.close();
    await takeDownLab(lab);
  }
}

function describe({ defect, found, expectedCheck, why, tookMs, foundBy }: DefectResult): string {
  const also = foundBy.filter((check) => check !== expectedCheck);
  const by = found
    ? `found by ${expectedCheck}${also.length > 0 ? dim(` (also ${also.join(', ')})`) : ''}`
    : `not found: ${why}`;
  return `${verdictWord(found ? 'pass' : 'fail')} ${defect} ${by} ${dim(duration(tookMs))}`;
}
