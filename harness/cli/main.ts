/** The command line: every command is one file in `commands/`; errors become one sentence and an exit code. */
import { fileURLToPath } from 'node:url';
import { Command, CommanderError } from 'commander';
import { loadCatalogue } from '../core/index.ts';
import type { CliCommand } from './command.ts';
import { complaintOf } from './complaint.ts';
import { rememberRuntimeWish, runtimeOption } from './runtime-wish.ts';
import { outliveReaders, print, reportError, say, untilSaid } from './terminal.ts';
import { VERSION } from './version.ts';

const FOLDER = fileURLToPath(new URL('./commands/', import.meta.url));
/** What commander gives for "help was shown because something was missing". */
const HELP_INSTEAD = 'commander.help';
const BAD_ARGUMENTS = 64;

const HELP = `
Exit codes: 0 every promise kept · 1 a promise broken · 2 inconclusive · 3 the harness failed · 64 bad arguments · 130 Ctrl-C

Examples:
  faultline run                      contracts, every experiment, the report
  faultline run psp --dry-run        what would run
  faultline report open              the page of the latest run
  faultline up                       boot the system and keep it up
  faultline inject latency 'payment->psp' --option latencyMs=800 --for 10s
`;

async function buildProgram(): Promise<Command> {
  const program: Command = new Command('faultline')
    .description('Chaos and contract testing: boots the real system, breaks one thing at a time, judges with evidence.')
    .version(VERSION)
    .addOption(runtimeOption())
    .hook('preAction', () => rememberRuntimeWish(String(program.opts().runtime)))
    .addHelpText('after', HELP);
  const catalogue = await loadCatalogue(FOLDER, 'command', (exported, file) => {
    const command = exported as CliCommand;
    if (typeof command?.build !== 'function') throw new TypeError(`${file} exports no command`);
    return command;
  });
  for (const { build, boots } of [...catalogue.entries.values()].sort((a, b) => a.order - b.order)) {
    const before = program.commands.length;
    build(program);
    if (boots) showRuntime(program, program.commands.slice(before));
  }
  for (const command of [program, ...program.commands, ...program.commands.flatMap(({ commands }) => commands)]) {
    command
      .exitOverride()
      .showSuggestionAfterError(false)
      .configureOutput({ writeOut: print, writeErr: (text) => say(text.trimEnd()), outputError: () => {} });
  }
  return program;
}

/** The one option of the program that changes what these commands do stands in their help, below their own. */
function showRuntime(program: Command, commands: readonly Command[]): void {
  const visibleGlobalOptions = () => program.options.filter(({ long }) => long === '--runtime');
  for (const command of [...commands, ...commands.flatMap((one) => one.commands)])
    command.configureHelp({ showGlobalOptions: true, visibleGlobalOptions });
}

async function main(args: readonly string[]): Promise<number> {
  const program = await buildProgram();
  try {
    if (args.length === 0) program.help({ error: true });
    await program.parseAsync(args, { from: 'user' });
    return Number(process.exitCode ?? 0);
  } catch (thrown) {
    if (!(thrown instanceof CommanderError)) return reportError(thrown);
    if (thrown.exitCode === 0) return 0;
    return thrown.code === HELP_INSTEAD ? BAD_ARGUMENTS : reportError(complaintOf(thrown, program, args));
  }
}

outliveReaders();
const leave = (thrown: unknown) => process.exit(reportError(thrown));
process.on('uncaughtException', leave);
main(process.argv.slice(2)).then(async (code) => {
  await untilSaid();
  process.exit(code);
}, leave);
