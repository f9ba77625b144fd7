import { parseCommand } from '#lib/parse-command.ts';
import { restartLean } from '#lib/restart-lean.ts';
import { openTerminal } from '#lib/terminal.ts';
import { fitWidth } from '#lib/text-width.ts';
import type { Sensor } from './sensor.ts';
import { sensorCommand, sensorOptions } from './sensor-options.ts';

/**
 * `midwatch up`: everything on one machine. Until there is a page, the findings on the terminal.
 */
export async function run(argv: readonly string[]): Promise<number> {
  const command = sensorCommand('up', 'Watches this machine and shows what is found, for reading.');
  const done = parseCommand(command, argv);
  if (done !== undefined) return done;
  const load = () => import('./run-sensor.ts');
  await restartLean(load);
  return (await load()).runSensor(sensorOptions(command), greet);
}

/** Three lines on what is watched; on standard error, so that a pipe gets findings alone. */
function greet(sensor: Sensor): void {
  const { node, version, processes, containers, kinds, rules } = sensor.status();
  const terminal = openTerminal(process.stderr, process.env);
  const names = kinds.map((kind) => kind.name);
  const lines = [
    `midwatch ${version} watches ${node}: ${processes} processes, ${containerText(containers)}`,
    `${rules.loaded} rules on ${kinds.length} kinds of events: ${names.join(', ')}`,
    'Waiting for findings. Ctrl-C ends; midwatch status tells more.',
  ];
  const [first = '', ...rest] = lines.map((line) => fitWidth(line, terminal.width));
  const text = [terminal.paint('bold', first), ...rest.map((line) => terminal.paint('dim', line))];
  process.stderr.write(`${text.join('\n')}\n\n`);
}

function containerText(
  containers: readonly { readonly id: string; readonly name?: string }[],
): string {
  if (containers.length === 0) return 'no containers';
  const noun = containers.length === 1 ? 'container' : 'containers';
  const names = containers.slice(0, 3).map(({ id, name }) => name ?? id);
  const more = containers.length > names.length ? ', …' : '';
  return `${containers.length} ${noun} (${names.join(', ')}${more})`;
}
