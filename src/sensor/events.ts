import { statSync } from 'node:fs';
import { Command, InvalidArgumentError } from 'commander';
import { parseCommand } from '#lib/parse-command.ts';
import { restartLean } from '#lib/restart-lean.ts';

/** sysdig's own line; `*`: also where a field has no value. */
const DEFAULT_FORMAT =
  '*%evt.num %evt.time %evt.cpu %proc.name (%thread.tid) %evt.dir %evt.type %evt.info';
const CONTAINER_FORMAT =
  '*%evt.num %evt.time %evt.cpu %container.name (%container.id) %proc.name ' +
  '(%thread.tid:%thread.vtid) %evt.dir %evt.type %evt.info';

/**
 * `midwatch events`: what happens on this machine, as it happens, or what happened in a capture.
 */
export async function run(argv: readonly string[]): Promise<number> {
  const command = eventsCommand();
  const done = parseCommand(command, argv);
  if (done !== undefined) return done;
  const { print, json = false, count } = command.opts<RawOptions>();
  const format = print === 'c' || print === 'container' ? CONTAINER_FORMAT : print;
  const [first = '', ...rest] = command.args;
  if (isCapture(first)) {
    const { readEvents } = await import('./read-events.ts');
    return readEvents({ path: first, filter: rest.join(' '), format, json, count });
  }
  const load = () => import('./run-events.ts');
  await restartLean(load);
  return (await load()).runEvents({ filter: command.args.join(' '), format, json, count });
}

/** Whether a word names a capture, be it there or not; no condition looks like that. */
function isCapture(word: string): boolean {
  return word === '-' || /\.scap(\.gz|\.zst)?$/.test(word) || isFile(word);
}

function isFile(word: string): boolean {
  return statSync(word, { throwIfNoEntry: false })?.isFile() === true;
}

interface RawOptions {
  readonly print: string;
  readonly json?: boolean;
  readonly count?: number;
}

function eventsCommand(): Command {
  return new Command('midwatch events')
    .description(
      'Shows events as sysdig does, live or of a capture, with the fields and filters of rules.',
    )
    .usage('[options] [capture] [filter...]')
    .argument('[filter...]', 'a condition as in rules: evt.type=execve and proc.name=sh')
    .option(
      '-p, --print <format>',
      'what a line says; c adds the container; a leading * prints events that lack a field too',
      DEFAULT_FORMAT,
    )
    .option('--json', 'the fields of the format as one line of JSON')
    .option('-n, --count <count>', 'end after so many', parseCount)
    .addHelpText('after', EXAMPLES);
}

const EXAMPLES = `
Examples:
  midwatch events evt.type=execve
  midwatch events 'evt.type in (open, openat) and fd.name startswith /etc' -n 10
  midwatch events node.scap 'proc.name=sh' --json
  midwatch events evt.type=connect -p '%proc.name %fd.name'`;

function parseCount(text: string): number {
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Expected a number from 1.');
}
