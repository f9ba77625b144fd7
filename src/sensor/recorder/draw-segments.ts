import { formatBytes } from '#lib/format-bytes.ts';
import { formatDuration } from '#lib/format-duration.ts';
import { stringifyLine } from '#lib/stringify-line.ts';
import type { Terminal } from '#lib/terminal.ts';
import type { Segment } from './segment-store.ts';

export interface DrawSegmentsOptions {
  readonly dir: string;
  readonly json: boolean;
  readonly terminal: Terminal;
}

/** A line a segment: from when, for how long, how large; the sum at the end. */
export function drawSegments(
  segments: readonly Segment[],
  { dir, json, terminal }: DrawSegmentsOptions,
): string {
  if (json) return segments.map((segment) => stringifyLine(describe(segment))).join('');
  if (segments.length === 0) return `nothing is recorded in ${dir}\n`;
  const lines = segments.map(({ startMs, endMs, bytes, run, sequence }) => {
    const time = `${new Date(startMs).toISOString().slice(0, 19)}Z`;
    const length = formatDuration(Math.max(0, endMs - startMs)).padStart(12);
    const size = formatBytes(bytes).padStart(9);
    return `${time}${length}${size}  ${terminal.paint('dim', `${run}-${sequence}`)}`;
  });
  const total = segments.reduce((sum, { bytes }) => sum + bytes, 0);
  const noun = segments.length === 1 ? 'one segment' : `${segments.length} segments`;
  return `${lines.join('\n')}\n${noun}, ${formatBytes(total)}, in ${dir}\n`;
}

function describe({ path, startMs, endMs, bytes, run, sequence }: Segment) {
  const start = new Date(startMs).toISOString();
  const end = new Date(endMs).toISOString();
  return { path, start, end, bytes, run, sequence };
}
