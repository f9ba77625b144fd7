import { rmSync } from 'node:fs';
import type { Server } from 'node:net';
import { connect, createServer } from 'node:net';
import { STATUS_ANSWER_BYTES, STATUS_TIMEOUT_MS } from '#model/limits.ts';
import type { SensorStatus } from '#model/wire.ts';
import { STATUS_SCHEMA } from '#model/wire.ts';
import { ownSocketPath } from './run-directory.ts';

/** Answers every connection with what `status` gives at that moment, then hangs up. */
export class StatusSocket {
  private readonly server: Server;
  private readonly path: string;

  /** Throws where the run directory cannot be made or the socket not be bound. */
  constructor(status: () => SensorStatus) {
    this.path = ownSocketPath();
    this.server = createServer((connection) => {
      connection.on('error', () => connection.destroy());
      connection.end(JSON.stringify(status()));
    });
    // What is wrong with it is no reason to stop watching.
    this.server.on('error', () => this.close());
    this.server.listen(this.path);
    this.server.unref();
  }

  close(): void {
    this.server.close();
    rmSync(this.path, { force: true });
  }
}

/** What the sensor behind a socket says; undefined where none is there any more. */
export function askSensor(path: string): Promise<SensorStatus | undefined> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const connection = connect(path);
    connection.setTimeout(STATUS_TIMEOUT_MS, () => connection.destroy());
    connection.on('error', () => connection.destroy());
    connection.on('data', (chunk) => {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes > STATUS_ANSWER_BYTES) connection.destroy();
    });
    connection.on('close', () => resolve(parseStatus(Buffer.concat(chunks).toString('utf8'))));
  });
}

function parseStatus(text: string): SensorStatus | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isStatus(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The other end is our own program of the same or another version; the schema's name tells which.
 */
function isStatus(value: unknown): value is SensorStatus {
  return (
    typeof value === 'object' &&
    value !== null &&
    'schema' in value &&
    value.schema === STATUS_SCHEMA
  );
}
