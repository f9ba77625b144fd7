import { nearestName } from './nearest-name.ts';
import { UserError } from './user-error.ts';

/** A command of the table. Its module is loaded when the command is called, not before. */
export interface Command {
  /** What it does, in half a line for the overview. */
  readonly summary: string;
  /** The module whose `run` takes the words after the command and gives the exit code. */
  readonly load: () => Promise<{ run(argv: readonly string[]): Promise<number> }>;
}

/** A program made of commands, and where it writes. */
export interface Program {
  readonly name: string;
  readonly version: string;
  readonly purpose: string;
  readonly commands: Readonly<Record<string, Command>>;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

/** The exit code for a call that the user has to mend. */
export const EXIT_USAGE = 2;

/** Runs the command that `argv` (without interpreter and script) names; gives its exit code. */
export async function runCommand(program: Program, argv: readonly string[]): Promise<number> {
  const [word = '--help', ...rest] = argv;
  if (word === '--version' || word === '-V') {
    program.out(`${program.name} ${program.version}\n`);
    return 0;
  }
  const [name, ...words] = word === 'help' ? [...rest.slice(0, 1), '--help'] : [word, ...rest];
  if (name === undefined || name === '--help' || name === '-h') {
    program.out(overview(program));
    return 0;
  }
  const command = Object.hasOwn(program.commands, name) ? program.commands[name] : undefined;
  if (command === undefined) {
    program.err(`${program.name}: ${unknownCommand(program, name)}\n`);
    return EXIT_USAGE;
  }
  try {
    return await (await command.load()).run(words);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    program.err(`${program.name}: ${error.message}\n`);
    return EXIT_USAGE;
  }
}

function overview({ name, purpose, commands }: Program): string {
  const width = Math.max(...Object.keys(commands).map((command) => command.length));
  const rows = Object.entries(commands).map(
    ([command, { summary }]) => `  ${command.padEnd(width)}  ${summary}`,
  );
  return [
    `${name}: ${purpose}`,
    '',
    `Usage: ${name} COMMAND [OPTION…]`,
    '',
    ...rows,
    '',
    `${name} COMMAND --help tells about one command, ${name} --version which version this is.`,
    '',
  ].join('\n');
}

function unknownCommand({ name, commands }: Program, word: string): string {
  const what = word.startsWith('-') ? 'option' : 'command';
  const nearest = nearestName(word, Object.keys(commands));
  const advice = nearest === undefined ? `${name} --help lists them` : `did you mean "${nearest}"?`;
  return `Unknown ${what} ${JSON.stringify(word)}: ${advice}`;
}
