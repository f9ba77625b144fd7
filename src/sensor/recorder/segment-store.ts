import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { RECORD_SEGMENTS_MAX } from '#model/limits.ts';
import type { SegmentName } from './segment-name.ts';
import { parseSegmentName } from './segment-name.ts';

/** One recorded segment on disk. */
export interface Segment extends SegmentName {
  readonly path: string;
  readonly bytes: number;
  /** When it was last written to. */
  readonly endMs: number;
}

/** Makes the folder where it is missing, for its owner alone. */
export function makeRecordDirectory(directory: string): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
}

/** The segments of a folder, oldest first; none where there is no such folder. */
export function listSegments(directory: string): Segment[] {
  return namesIn(directory)
    .flatMap((name) => segmentOf(directory, name) ?? [])
    .toSorted((a, b) => a.startMs - b.startMs || a.sequence - b.sequence)
    .slice(-RECORD_SEGMENTS_MAX);
}

/** Removes the oldest until the rest fits; `current`, being written, stays. */
export function keepBudget(
  directory: string,
  budget: { readonly bytes: number; readonly current: string },
): { readonly removed: number; readonly total: number } {
  const segments = listSegments(directory);
  let total = segments.reduce((sum, { bytes }) => sum + bytes, 0);
  let removed = 0;
  for (const { path, bytes } of segments) {
    if (total <= budget.bytes) break;
    if (path === budget.current) continue;
    rmSync(path, { force: true });
    total -= bytes;
    removed += 1;
  }
  return { removed, total };
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

function segmentOf(directory: string, name: string): Segment | undefined {
  const parsed = parseSegmentName(name);
  if (parsed === undefined) return undefined;
  const path = join(directory, name);
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined || !stat.isFile()) return undefined;
  return { ...parsed, path, bytes: stat.size, endMs: stat.mtimeMs };
}
