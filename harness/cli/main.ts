/** The command line: every command is one file in `commands/`; errors become one sentence and an exit code. */
import { fileURLToPath } from 'node:url';
import { Command, CommanderError } from 'commander';
import { HarnessError, loadCatalogue, nearestNames } from '../core/index.ts';
import type { CliCommand } from './command.ts';
import { print, reportError } from './terminal.ts';
import { VERSION } from './version.ts';

const FOLDER = fileURLToPath(new URL('./commands/', import.meta.url));

const HELP = `
Exit codes: 0 every promise kept · 1 a promise broken · 2 inconclusive · 3 the harness failed · 64 bad arguments · 130 Ctrl-C

Examples:
  faultline run                      contracts, every experiment, the report
  faultline run "psp" --dry-run      what would run
  faultline up                       boot the system and keep it up
  faultline inject latency 'payment->psp' --option latencyMs=800 --for 10s
`;

async function buildProgram(): Promise<Command> {
  const program = new Command('faultline')
    .description('Chaos and contract testing: boots the real system, breaks one thing at a time, judges with evidence.')
    .version(VERSION)
    .showHelpAfterError(false)
    .exitOverride()
    .configureOutput({ writeErr: () => undefined, writeOut: print })
    .addHelpText('after', HELP);
  const catalogue = await loadCatalogue(FOLDER, 'command', (exported, file) => {
    const command = exported as CliCommand;
    if (typeof command?.build !== 'function') throw new TypeError(`${file} exports no command`);
    return command;
  });
  for (const command of [...catalogue.entries.values()].sort((a, b) => a.order - b.order)) command.build(program);
  for (const command of [...program.commands, ...program.commands.flatMap(({ commands }) => commands)]) {
    command.exitOverride().configureOutput({ writeErr: () => undefined, writeOut: print });
  }
  return program;
}

/** Commander's complaints as ours: one sentence, the next step, exit code 64. */
function asHarnessError(error: CommanderError, program: Command, args: readonly string[]): HarnessError {
  const message = error.message.replace(/^error: /, '');
  if (error.code === 'commander.unknownCommand' || error.code === 'commander.excessArguments') {
    const near = nearestNames(
      args[0] ?? '',
      program.commands.map((command) => command.name()),
    );
    const hint = near.length > 0 ? `did you mean "faultline ${near[0]}"?` : 'see faultline --help';
    return new HarnessError({ code: 'bad-argument', message, hint });
  }
  return new HarnessError({ code: 'bad-argument', message, hint: `see faultline ${args[0] ?? ''} --help` });
}

async function main(args: readonly string[]): Promise<number> {
  const program = await buildProgram();
  try {
    if (args.length === 0) {
      program.outputHelp();
      return 64;
    }
    await program.parseAsync(args, { from: 'user' });
    return Number(process.exitCode ?? 0);
  } catch (thrown) {
    if (!(thrown instanceof CommanderError)) return reportError(thrown);
    if (thrown.exitCode === 0) return 0;
    return reportError(asHarnessError(thrown, program, args));
  }
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (thrown) => process.exit(reportError(thrown)),
);
