/** `faultline doctor`: every tool: where it was found, its version, or what is missing and how to get it. */
import Table from 'cli-table3';
import { toolTable } from '../../setup/index.ts';
import type { CliCommand } from '../command.ts';
import { print, printJson } from '../terminal.ts';

const command: CliCommand = {
  name: 'doctor',
  order: 80,
  build(program) {
    program
      .command('doctor')
      .description('show every tool faultline needs: found where, version, or how to get it')
      .option('--json', 'print the table as JSON')
      .addHelpText('after', '\nExamples:\n  faultline doctor\n  faultline doctor --json\n')
      .action(async ({ json }: { json?: boolean }) => {
        const rows = await toolTable();
        process.exitCode = rows.every(({ ok }) => ok) ? 0 : 3;
        if (json) return printJson(rows);
        const table = new Table({
          head: ['tool', '', 'version', 'where', 'what to do'],
          style: { head: [], border: [] },
        });
        for (const { tool, ok, version, where, advice } of rows) {
          table.push([tool, ok ? 'ok' : 'missing', version ?? '', where ?? '', advice ?? '']);
        }
        print(table.toString());
      });
  },
};
export default command;
