/** `faultline report open`: the page of a run; made again from its files where it is missing. */
import { spawn } from 'node:child_process';
import { access } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { HarnessError } from '../../core/index.ts';
import { readHistory } from '../../history/index.ts';
import { readRun, writeReport } from '../../report/index.ts';
import type { CliCommand } from '../command.ts';
import { PLACES } from '../project.ts';
import { print, say } from '../terminal.ts';

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
      .action(async (run: string) => print(await rewrite(folderOf(run))));
  },
};
export default command;

function folderOf(run: string): string {
  return isAbsolute(run) || run.startsWith('.') ? run : join(PLACES.runs, run);
}

async function pageOf(run: string): Promise<string> {
  const page = join(folderOf(run), 'report.html');
  const there = await access(page).then(
    () => true,
    () => false,
  );
  return there ? page : rewrite(folderOf(run));
}

async function rewrite(folder: string): Promise<string> {
  await access(folder).catch((cause) => {
    throw new HarnessError({
      code: 'bad-argument',
      message: `there is no run at ${folder}`,
      hint: 'make one: npx faultline run',
      cause,
    });
  });
  const run = await readRun(join(folder, 'run.json'));
  await writeReport({ run, histories: (caseId) => readHistory(join(folder, 'history', `${caseId}.ndjson`)) }, folder);
  return join(folder, 'report.html');
}

function open(page: string): void {
  print(page);
  const opener = { darwin: 'open', win32: 'explorer', linux: 'xdg-open' }[process.platform as string];
  if (!opener || process.stdout.isTTY !== true) return;
  const child = spawn(opener, [page], { stdio: 'ignore', detached: true });
  child.once('error', () => say('no browser could be started; open the file above by hand'));
  child.unref();
}
