import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { formatBytes } from '#lib/format-bytes.ts';
import { UserError } from '#lib/user-error.ts';
import { say } from '#sensor/say.ts';
import { RecordingExport, segmentsSince } from './export-recording.ts';
import { listSegments } from './segment-store.ts';

export interface SaveOptions {
  readonly directory: string;
  readonly sinceMs: number;
}

/**
 * Writes what was recorded since a time into `path`, whole or not at all, readable by its owner
 * only. Gives the exit code: 1 where there is nothing.
 */
export async function saveRecording(path: string, options: SaveOptions): Promise<number> {
  const { directory, sinceMs } = options;
  const segments = segmentsSince(listRecorded(directory), sinceMs);
  if (segments.length === 0) {
    const since = new Date(sinceMs).toISOString().slice(0, 19);
    say(`Nothing was recorded in ${directory} since ${since}Z: is a sensor running as root?`);
    return 1;
  }
  const recording = new RecordingExport(BigInt(Math.round(sinceMs)) * 1_000_000n);
  const pieces = Readable.from(recording.read(segments), { objectMode: true, highWaterMark: 1 });
  const bytes = path === '-' ? await toStandardOutput(pieces) : await toFile(pieces, path);
  for (const warning of recording.warnings) say(warning);
  const size = bytes === undefined ? '' : `, ${formatBytes(bytes)}`;
  say(`${recording.events} events${size}; arguments in it may hold secrets`);
  return 0;
}

function listRecorded(directory: string) {
  try {
    return listSegments(directory);
  } catch (error) {
    throw new UserError(`Cannot read ${directory}: ${messageOf(error)}`);
  }
}

async function toStandardOutput(pieces: Readable): Promise<undefined> {
  await pipeline(pieces, process.stdout, { end: false });
}

async function toFile(pieces: Readable, path: string): Promise<number> {
  const partial = `${path}.partial`;
  const file = createWriteStream(partial, { mode: 0o600 });
  try {
    if (path.endsWith('.gz')) await pipeline(pieces, createGzip({ level: 1 }), file);
    else await pipeline(pieces, file);
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true });
    throw new UserError(`Cannot write ${path}: ${messageOf(error)}`);
  }
  return file.bytesWritten;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
