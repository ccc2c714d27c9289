/** What a command is to the command line: one file in `commands/`, its default export. */
import type { Command } from 'commander';

export interface CliCommand {
  /** Name = file name. */
  readonly name: string;
  /** Place in the help. */
  readonly order: number;
  /** It may boot a lab: its help tells of `--runtime` as well. */
  readonly boots?: true;
  /** Adds the command to the program; actions answer the exit code by `process.exitCode`. */
  build(program: Command): void;
}
