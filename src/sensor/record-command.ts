import { Command, InvalidArgumentError } from 'commander';
import { parseCommand } from '#lib/parse-command.ts';
import { parseDuration } from '#lib/parse-duration.ts';
import { openTerminal } from '#lib/terminal.ts';
import { drawSegments } from './recorder/draw-segments.ts';
import { recordDirectory } from './recorder/record-directory.ts';
import { saveRecording } from './recorder/save-recording.ts';
import { listSegments } from './recorder/segment-store.ts';

/** `midwatch record`: what the flight recorder has, and captures made of it. */
export async function run(argv: readonly string[]): Promise<number> {
  let code: Promise<number> | number = 0;
  const command = new Command('midwatch record')
    .description('Raw events of the last minutes, kept on this machine by the sensor.')
    .action(() => command.help());
  command
    .command('list')
    .description('the recorded segments, oldest first')
    .option('--dir <folder>', 'where they are', recordDirectory())
    .option('--json', 'one line of JSON for each')
    .action(({ dir, json = false }: { dir: string; json?: boolean }) => {
      const terminal = openTerminal(process.stdout, process.env);
      process.stdout.write(drawSegments(listSegments(dir), { dir, json, terminal }));
    });
  command
    .command('export')
    .description('writes a capture that midwatch, Falco and sysdig -r read')
    .argument('<file>', 'the capture; compressed where it ends in .gz; - for standard output')
    .option('--since <time>', 'how far back: 90s, 10m, 1h30m', parseSince, TEN_MINUTES_MS)
    .option('--dir <folder>', 'where the segments are', recordDirectory())
    .action((file: string, { dir, since }: { dir: string; since: number }) => {
      code = saveRecording(file, { directory: dir, sinceMs: Date.now() - since });
    });
  for (const each of command.commands) each.exitOverride().copyInheritedSettings(command);
  return parseCommand(command, argv) ?? code;
}

const TEN_MINUTES_MS = 600_000;

function parseSince(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined) throw new InvalidArgumentError('Expected a duration like 10m.');
  return ms;
}
