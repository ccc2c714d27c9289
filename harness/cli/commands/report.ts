/** `faultline report`: opens or makes the page of a saved run, compares two runs, merges parts of one, comments on a pull request. */
import { spawn } from 'node:child_process';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { compareRuns } from '../../report/index.ts';
import type { CliCommand } from '../command.ts';
import { commentOnPull } from '../comment-on-pull.ts';
import { hasGotWorse, printComparison } from '../compare-runs.ts';
import { mergeParts } from '../merge-parts.ts';
import { countFromOne } from '../options.ts';
import { printOutcome } from '../save-run.ts';
import { findSavedRun, runFolderOf, writeSavedRun } from '../saved-run.ts';
import { print, printJson, reportError, say } from '../terminal.ts';
import { casesToTrace, writeTrace } from '../trace-run.ts';

interface MergeFlags {
  readonly shards?: number;
  readonly gateLater?: boolean;
  readonly json?: boolean;
}

const command: CliCommand = {
  name: 'report',
  order: 60,
  build(program) {
    const report = program.command('report').description('the report of a run');
    report
      .command('open')
      .description('open the page of a run (default: the latest) in the browser, or print where it is')
      .argument('[run]', 'name or folder of a run', 'latest')
      .addHelpText(
        'after',
        '\nExamples:\n  faultline report open\n  faultline report open 20260101T120000-shop-small\n',
      )
      .action(async (run: string) => open(await pageOf(run)));
    report
      .command('write')
      .description('make the page, JUnit and summary of a saved run again')
      .argument('[run]', 'name or folder of a run', 'latest')
      .addHelpText('after', '\nExample:\n  faultline report write latest\n')
      .action(async (run: string) => print(await rewritten(run)));
    buildTrace(report);
    buildCompare(report);
    buildMerge(report);
    buildComment(report);
  },
};
export default command;

function buildTrace(report: Command): void {
  report
    .command('trace')
    .description('write cases of a saved run as traces, to be opened in ui.perfetto.dev or chrome://tracing')
    .argument('[run]', 'name or folder of a run', 'latest')
    .argument('[case]', 'id of a case, name of an experiment or of a load scenario (default: every case)')
    .addHelpText('after', '\nExamples:\n  faultline report trace\n  faultline report trace latest slow-psp\n')
    .action(async (named: string, wanted: string | undefined) => {
      const { folder, run } = await findSavedRun(named);
      for (const caseId of casesToTrace(run, wanted)) print(await writeTrace(folder, caseId));
    });
}

function buildCompare(report: Command): void {
  report
    .command('compare')
    .description('say what got worse between two saved runs, and what cannot be told from noise')
    .argument('<base>', 'name or folder of the run to compare with')
    .argument('[run]', 'name or folder of a run', 'latest')
    .option('--json', 'print the comparison as JSON')
    .addHelpText(
      'after',
      '\nExit code: 1 when something got worse, else 0.\n\nExample:\n  faultline report compare ../base/run latest\n',
    )
    .action(async (base: string, run: string, flags: { readonly json?: boolean }) => {
      const comparison = compareRuns((await findSavedRun(base)).run, (await findSavedRun(run)).run);
      if (flags.json) printJson(comparison);
      else printComparison(comparison);
      process.exitCode = hasGotWorse(comparison) ? 1 : 0;
    });
}

function buildMerge(report: Command): void {
  report
    .command('merge')
    .description('put the parts of a split run together; a missing part is red')
    .argument('<folders...>', 'folders of the parts, or a folder that holds them')
    .option('--shards <n>', 'how many parts there must be (default: what the parts say)', countFromOne)
    .option('--gate-later', 'exit with 0 although something was not kept: faultline gate decides')
    .option('--json', 'print run.json on stdout')
    .addHelpText('after', '\nExample:\n  faultline report merge parts --shards 4\n')
    .action(async (folders: string[], flags: MergeFlags) => {
      const { run, folder } = await mergeParts(folders, flags.shards);
      if (flags.json) printJson(run);
      else printOutcome(run, folder);
      for (const problem of run.problems) say(`problem: ${problem}`);
      process.exitCode = flags.gateLater && run.exitCode <= 2 ? 0 : run.exitCode;
    });
}

function buildComment(report: Command): void {
  report
    .command('comment')
    .description('make or update the comment on a pull request, from gate.json (in a workflow of the platform)')
    .argument('<gate>', 'the gate.json that the gate has written')
    .addHelpText('after', '\nExample:\n  faultline report comment gate/gate.json\n')
    .action(async (gate: string) => commentOnPull(gate, process.env));
}

async function pageOf(run: string): Promise<string> {
  const folder = await runFolderOf(run);
  const page = join(folder, 'report.html');
  const there = await access(page).then(
    () => true,
    () => false,
  );
  return there ? page : rewritten(run);
}

/** The page made again; what of the run cannot be read is said, and is the exit code. */
async function rewritten(run: string): Promise<string> {
  return writeSavedRun(await findSavedRun(run), undefined, (thrown) => {
    process.exitCode = reportError(thrown);
  });
}

function open(page: string): void {
  print(page);
  const opener = { darwin: 'open', win32: 'explorer', linux: 'xdg-open' }[process.platform as string];
  if (!opener || process.stdout.isTTY !== true) return;
  const child = spawn(opener, [page], { stdio: 'ignore', detached: true });
  child.once('error', () => say('no browser could be started; open the file above by hand'));
  child.unref();
}
