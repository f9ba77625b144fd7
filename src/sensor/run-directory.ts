import { chmodSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { STATUS_SENSORS_MAX } from '#model/limits.ts';

/** Where running sensors have their sockets: `MIDWATCH_RUN_DIR`, else /run/midwatch. Root only. */
function runDirectory(): string {
  return process.env['MIDWATCH_RUN_DIR'] ?? '/run/midwatch';
}

/** Makes the directory where it is missing and gives the socket's path of this process. */
export function ownSocketPath(): string {
  const directory = runDirectory();
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  chmodSync(directory, 0o700);
  const path = join(directory, `sensor-${process.pid}.sock`);
  // A sensor that was killed leaves its socket; a new one can have its pid.
  rmSync(path, { force: true });
  return path;
}

export interface SensorSocket {
  readonly path: string;
  readonly pid: number;
}

/** The sockets of sensors that run, or did when they were killed. */
export function sensorSockets(): SensorSocket[] {
  return listDirectory(runDirectory())
    .flatMap((name) => {
      const pid = /^sensor-(\d+)\.sock$/.exec(name)?.[1];
      return pid === undefined ? [] : [{ path: join(runDirectory(), name), pid: Number(pid) }];
    })
    .toSorted((a, b) => a.pid - b.pid)
    .slice(0, STATUS_SENSORS_MAX);
}

function listDirectory(path: string): string[] {
  try {
    return readdirSync(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}
