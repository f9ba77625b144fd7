import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { replayCapture } from '#capture/replay-capture.ts';
import { newCaptureState } from '#cli/capture-state.ts';
import { Evaluation } from '#model/evaluation.ts';

/** `traces/a/b.scap` → `a__b`, as the oracle names its files. */
export function oracleName(trace: string): string {
  return trace
    .replace(/^traces\//, '')
    .replace(/\.scap$/, '')
    .replaceAll('/', '__');
}

/** The captures that a folder has, as paths in it. */
export function tracesOf(folder: string): readonly string[] {
  return globSync('traces/**/*.scap', { cwd: folder }).sort();
}

/** Lines of a file, gzip or not; undefined where the folder has none. */
export function linesOf(folder: string, file: string): readonly string[] | undefined {
  const path = join(folder, file);
  if (!existsSync(path)) return undefined;
  const bytes = readFileSync(path);
  const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  return text.split('\n').filter((line) => line !== '');
}

/**
 * Plays a capture of the folder from a fresh state. Oracle answers are of captures that are whole.
 */
export async function playTrace(
  folder: string,
  trace: string,
  visit: (ctx: Evaluation) => void,
): Promise<readonly string[]> {
  const state = newCaptureState();
  const ctx = new Evaluation(state);
  const stream = await replayCapture({ path: join(folder, trace), ctx, state, visit });
  return stream.reader.warnings;
}
