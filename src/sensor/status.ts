import { rmSync } from 'node:fs';
import { Command } from 'commander';
import { parseCommand } from '#lib/parse-command.ts';
import { stringifyLine } from '#lib/stringify-line.ts';
import { openTerminal } from '#lib/terminal.ts';
import type { SensorStatus } from '#model/wire.ts';
import { drawStatus } from './draw-status.ts';
import { sensorSockets } from './run-directory.ts';
import { askSensor } from './status-socket.ts';

/** `midwatch status`: how the sensors of this machine are; exit code 1 where none runs. */
export async function run(argv: readonly string[]): Promise<number> {
  const command = new Command('midwatch status')
    .description(
      'Says how the sensors running on this machine are: what they watch, what they lost.',
    )
    .option('--json', 'one line of JSON for each sensor')
    .allowExcessArguments(false);
  const done = parseCommand(command, argv);
  if (done !== undefined) return done;
  const statuses = await askAll();
  if (statuses.length === 0) {
    process.stderr.write('midwatch: No sensor runs on this machine: sudo midwatch up starts one\n');
    return 1;
  }
  const terminal = openTerminal(process.stdout, process.env);
  const { json } = command.opts<{ json?: boolean }>();
  const texts = statuses.map((status) =>
    json === true ? stringifyLine(status) : drawStatus(status, terminal),
  );
  process.stdout.write(texts.join(json === true ? '' : '\n'));
  return 0;
}

async function askAll(): Promise<SensorStatus[]> {
  const sockets = sensorSockets();
  const answers = await Promise.all(sockets.map(({ path }) => askSensor(path)));
  sockets.forEach(({ path, pid }, index) => {
    // Left behind by a sensor that was killed.
    if (answers[index] === undefined && !isRunning(pid)) rmSync(path, { force: true });
  });
  return answers.filter((answer) => answer !== undefined);
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
