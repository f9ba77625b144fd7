import type { Command } from 'commander';
import { CommanderError } from 'commander';
import { EXIT_USAGE } from './run-command.ts';

/**
 * Parses the words after a command. Gives the exit code where that was all there was to do (help
 * was asked for, or the call was wrong and that has been said), else undefined.
 */
export function parseCommand(command: Command, argv: readonly string[]): number | undefined {
  command
    .exitOverride()
    .showSuggestionAfterError(true)
    .helpOption('-h, --help', 'show this')
    .configureOutput({
      outputError: (text, write) => write(`midwatch: ${text.replace(/^error: (.)/, capital)}`),
    });
  try {
    command.parse(argv, { from: 'user' });
    return undefined;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? 0 : EXIT_USAGE;
  }
}

function capital(_match: string, first: string): string {
  return first.toUpperCase();
}
