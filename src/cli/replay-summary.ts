import { formatDuration } from '#lib/format-duration.ts';
import type { Terminal } from '#lib/terminal.ts';
import { fitWidth, padWidth } from '#lib/text-width.ts';
import { count } from './replay-progress.ts';

/** What a replay of one or more captures came to. */
export interface ReplayTotals {
  files: number;
  /** Event blocks read; what speed is told in. */
  rawEvents: number;
  /** Events that rules were asked about. */
  evaluated: number;
  readonly alertsByRule: Map<string, number>;
  /** `FILE: byte N: …`, bounded by the reader; all are counted. */
  readonly warnings: string[];
  warningCount: number;
  elapsedMs: number;
}

export function emptyTotals(): ReplayTotals {
  return {
    files: 0,
    rawEvents: 0,
    evaluated: 0,
    alertsByRule: new Map(),
    warnings: [],
    warningCount: 0,
    elapsedMs: 0,
  };
}

/** The end of a replay, for a person: what was read, how fast, what was found, what was wrong. */
export function drawSummary(totals: ReplayTotals, terminal: Terminal): string {
  const { files, rawEvents, evaluated, alertsByRule, elapsedMs } = totals;
  const perSecond = Math.round(rawEvents / Math.max(elapsedMs / 1000, 0.001));
  const alerts = [...alertsByRule.values()].reduce((sum, value) => sum + value, 0);
  const read = `${count(rawEvents)} events in ${plural(files, 'capture')}`;
  const lines = [
    `${read}, ${count(evaluated)} evaluated, ${formatDuration(elapsedMs)}, ${count(perSecond)}/s`,
    terminal.paint('bold', alerts === 0 ? 'no alerts' : plural(alerts, 'alert')),
    ...drawRules(alertsByRule, terminal.width),
    ...totals.warnings.map((text) => terminal.paint('yellow', `warning: ${text}`)),
  ];
  const untold = totals.warningCount - totals.warnings.length;
  if (untold > 0) lines.push(terminal.paint('yellow', `and ${plural(untold, 'more warning')}`));
  return `${lines.join('\n')}\n`;
}

function drawRules(alertsByRule: ReadonlyMap<string, number>, width: number): string[] {
  const rows = [...alertsByRule].toSorted(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  const digits = Math.max(...rows.map(([, value]) => count(value).length), 0);
  return rows.map(([rule, value]) =>
    fitWidth(`  ${padWidth('', digits - count(value).length)}${count(value)}  ${rule}`, width),
  );
}

function plural(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? '' : 's'}`;
}
