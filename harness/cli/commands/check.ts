/** `faultline check`: judges a saved run again by its histories, without booting anything. */
import { type RunFile, type VerdictStatus, worstOf } from '../../core/index.ts';
import { type Again, judgeRunAgain } from '../check-run.ts';
import type { CliCommand } from '../command.ts';
import { exitCodeOf } from '../save-run.ts';
import { findSavedRun } from '../saved-run.ts';
import { bold, dim, print, printJson, reportError, verdictWord } from '../terminal.ts';

const EXAMPLES = `
Every check is asked again of the recorded history. What only a running system can tell (contracts, whether faults landed, whether the workload
ran) stands as it was recorded. A history that is missing, cut or edited is named, and never a pass.

Exit codes are those of a run: 0 every promise kept, 1 a promise broken, 2 inconclusive, 3 the run had trouble, 64 a file cannot be read.

Examples:
  faultline check
  faultline check 20260131T101500-shop-small --json
`;

const command: CliCommand = {
  name: 'check',
  order: 62,
  build(program) {
    program
      .command('check')
      .description('judge a saved run again by its histories; boots nothing')
      .argument('[run]', 'name or folder of a run, or its run.json', 'latest')
      .option('--json', 'print every verdict, as recorded and as it is now, as JSON')
      .addHelpText('after', EXAMPLES)
      .action(async (run: string, flags: { json?: boolean }) => {
        process.exitCode = await check(run, flags.json === true);
      });
  },
};
export default command;

async function check(named: string, json: boolean): Promise<number> {
  const { folder, run } = await findSavedRun(named);
  const { cases, kept, unreadable } = await judgeRunAgain(run, folder);
  const errors = unreadable.map(reportError);
  const verdict = verdictOf(run, [...kept, ...cases.map(weight), ...errors.map(() => 'unknown' as const)], cases);
  if (json) printJson({ run: run.id, recorded: run.verdict, verdict, cases });
  else {
    for (const one of cases) printCase(one);
    print(`${bold('verdict')} ${verdictWord(verdict)}   ${dim(`recorded: ${run.verdict}`)}`);
  }
  return errors[0] ?? exitCodeOf(verdict, run.problems, run.interrupted === true);
}

/** A control run that is not kept breaks no promise: it says that the case beside it says nothing. */
function weight({ kind, verdict }: Again): VerdictStatus {
  return kind === 'control' && verdict === 'fail' ? 'unknown' : verdict;
}

/** In a hunt for defects broken promises are what is wanted: it stands as long as no verdict turned. */
function verdictOf(run: RunFile, parts: readonly VerdictStatus[], cases: readonly Again[]): VerdictStatus {
  if (run.defects === undefined || run.contracts !== undefined) return worstOf(parts);
  const same = cases.every(({ recorded, verdict }) => recorded === verdict);
  return same && parts.length === cases.length ? run.verdict : 'unknown';
}

/** Cases that are kept are a line each; of others and of those that turned, every verdict that matters. */
function printCase({ name, kind, verdict, recorded, verdicts }: Again): void {
  print(`${verdictWord(verdict)} ${name} ${dim(kind)}${verdict === recorded ? '' : `   it was ${recorded}`}`);
  for (const { check, status, was, summary } of verdicts) {
    if (status === was && status === 'pass') continue;
    print(`    ${verdictWord(status)} ${check}: ${summary}${status === was ? '' : dim(`   it was ${was}`)}`);
  }
}
