import type { CaptureTables } from '#model/capture-tables.ts';
import type { EventView } from '#model/event-view.ts';
import { openFileSource, StreamSource } from './byte-source.ts';
import { CaptureStream } from './capture-stream.ts';
import { inflateIfCompressed } from './inflate-source.ts';

/**
 * Opens a capture, plain, gzip or zstd, from a file or (`-`) standard input. Its events appear in
 * `view`, its tables go to `tables`. Rejects with the system's error where the file cannot be
 * opened; what is wrong inside becomes the reader's warnings.
 */
export async function openCapture(
  path: string,
  tables: CaptureTables,
  view: EventView,
): Promise<CaptureStream> {
  const raw = path === '-' ? new StreamSource(process.stdin) : await openFileSource(path);
  return new CaptureStream(await inflateIfCompressed(raw), tables, view);
}
