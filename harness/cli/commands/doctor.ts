/** `faultline doctor`: every tool: where it was found, its version, or what is missing and how to get it. */
import Table from 'cli-table3';
import { toolTable } from '../../setup/index.ts';
import type { CliCommand } from '../command.ts';
import { print, printJson } from '../terminal.ts';

/** Columns and nothing else: lines around them would be most of what one sees. */
const NO_LINES = ['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right'];
const NO_RULES = ['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid'];
const PLAIN = { ...Object.fromEntries([...NO_LINES, ...NO_RULES].map((name) => [name, ''])), middle: ' ' };

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
          head: ['tool', '', 'version', 'where'],
          style: { head: [], border: [] },
          chars: PLAIN,
        });
        for (const { tool, ok, version, where } of rows) {
          table.push([tool, ok ? 'ok' : 'missing', version ?? '', where ?? '']);
        }
        print(table.toString());
        for (const { tool, ok, advice } of rows) if (!ok || advice) print(`\n${tool}: ${advice ?? 'missing'}`);
      });
  },
};
export default command;
