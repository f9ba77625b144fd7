import { parseCommand } from '#lib/parse-command.ts';
import { restartLean } from '#lib/restart-lean.ts';
import { sensorCommand, sensorOptions } from './sensor-options.ts';

/** `midwatch sensor`: the detector alone, its findings on stdout. */
export async function run(argv: readonly string[]): Promise<number> {
  const command = sensorCommand('sensor', 'Watches this machine and prints what it finds.');
  const done = parseCommand(command, argv);
  if (done !== undefined) return done;
  const load = () => import('./run-sensor.ts');
  await restartLean(load);
  return (await load()).runSensor(sensorOptions(command));
}
