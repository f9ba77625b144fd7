/** A duration for reading, in two units at most: `0.4 ms`, `1.5 s`, `2 min 5 s`, `3 d 4 h`. */
export function formatDuration(durationMs: number): string {
  if (!Number.isFinite(durationMs)) return 'unknown';
  if (durationMs < 0) return `-${formatDuration(-durationMs)}`;
  if (durationMs < 9.95) return `${round(durationMs)} ms`;
  if (durationMs < 999.5) return `${Math.round(durationMs)} ms`;
  if (durationMs < 9_950) return `${round(durationMs / 1000)} s`;
  const seconds = Math.round(durationMs / 1000);
  if (seconds < MINUTE) return `${seconds} s`;
  if (seconds < HOUR) return pair(seconds, [MINUTE, 'min'], [1, 's']);
  if (seconds < DAY) return pair(seconds, [HOUR, 'h'], [MINUTE, 'min']);
  return pair(seconds, [DAY, 'd'], [HOUR, 'h']);
}

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

type Unit = readonly [seconds: number, name: string];

function pair(seconds: number, [large, largeName]: Unit, [small, smallName]: Unit): string {
  const rest = Math.floor((seconds % large) / small);
  const head = `${Math.floor(seconds / large)} ${largeName}`;
  return rest === 0 ? head : `${head} ${rest} ${smallName}`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
