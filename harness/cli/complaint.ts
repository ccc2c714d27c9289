/** Commander's complaints as ours: one sentence, the next step, exit code 64. */
import type { Command, CommanderError } from 'commander';
import { HarnessError, nearestNames } from '../core/index.ts';

export function complaintOf(error: CommanderError, program: Command, args: readonly string[]): HarnessError {
  const command = commandOf(program, args);
  const hint = nearestHint(error, command) ?? `see ${pathOf(command)} --help`;
  return new HarnessError({ code: 'bad-argument', message: sentenceOf(error), hint });
}

/** `--seed: "x" is not a whole number`, where commander says "error: option '--seed <n>' argument 'x' is invalid. …". */
function sentenceOf({ message }: CommanderError): string {
  const said = message.replace(/^error: /, '').replace(/\s*\(Did you mean .*\)\s*$/s, '');
  const invalid =
    /^(?:option '(?:-\w, )?(--[\w-]+).*?'|command-argument value '.*?') (?:argument '.*?' )?is invalid\. (?:for argument )?(.*)$/s;
  const match = invalid.exec(said);
  if (match) return [match[1], match[2]].filter(Boolean).join(': ');
  return said.replace(/^option '(--[\w-]+).*' argument missing$/, '$1 needs a value');
}

function nearestHint({ code, message }: CommanderError, command: Command): string | undefined {
  const wanted = /'([^']*)'/.exec(message)?.[1] ?? '';
  if (code === 'commander.unknownCommand') {
    const [near] = nearestNames(
      wanted,
      command.commands.map((one) => one.name()),
    );
    return near && `did you mean "${pathOf(command)} ${near}"?`;
  }
  if (code === 'commander.unknownOption') {
    const [near] = nearestNames(
      wanted,
      command.options.flatMap(({ long }) => long ?? []),
    );
    return near && `did you mean ${near}? All of them: ${pathOf(command)} --help`;
  }
  return undefined;
}

/** The command, or command of a command, that the arguments name. */
function commandOf(program: Command, args: readonly string[]): Command {
  // Options may stand before the command, with their values.
  const words = args.filter((arg, index) => !arg.startsWith('-') && !args[index - 1]?.startsWith('-'));
  let command = program;
  for (const word of words) {
    const next = command.commands.find((one) => one.name() === word);
    if (!next) break;
    command = next;
  }
  return command;
}

function pathOf(command: Command): string {
  return command.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name();
}
