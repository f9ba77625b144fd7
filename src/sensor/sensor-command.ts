import { parseCommand } from '#lib/parse-command.ts';
import { runSensor } from './run-sensor.ts';
import { sensorCommand, sensorOptions } from './sensor-options.ts';

/** `midwatch sensor`: the detector alone, its findings on stdout. */
export async function run(argv: readonly string[]): Promise<number> {
  const command = sensorCommand('sensor', 'Watches this machine and prints what it finds.');
  const done = parseCommand(command, argv);
  return done ?? runSensor(sensorOptions(command));
}
