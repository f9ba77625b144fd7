import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * Where a node keeps raw events: `recorder` in `MIDWATCH_DATA`, by default in the user's data
 * folder (XDG_DATA_HOME, else ~/.local/share). Root only: events carry arguments, and arguments
 * secrets.
 */
export function recordDirectory(env: NodeJS.ProcessEnv = process.env): string {
  const dataHome = env['XDG_DATA_HOME'] || join(homedir(), '.local', 'share');
  return join(env['MIDWATCH_DATA'] || join(dataHome, 'midwatch'), 'recorder');
}
