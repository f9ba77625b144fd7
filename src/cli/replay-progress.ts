import { formatBytes } from '#lib/format-bytes.ts';
import { formatDuration } from '#lib/format-duration.ts';
import type { Terminal } from '#lib/terminal.ts';
import { fitWidth } from '#lib/text-width.ts';

/** Often enough to be alive, seldom enough to cost nothing. */
const DRAW_EVERY_MS = 100;
const BAR_COLUMNS = 24;
/** Carriage return, erase to the end of the line. */
const CLEAR = '\r\x1b[K';

export interface ProgressNow {
  readonly name: string;
  /** Bytes read of the file, and its size; 0 where that is not known (standard input). */
  readonly consumed: number;
  readonly size: number;
  readonly events: number;
  readonly alerts: number;
}

/** One line on a terminal that says how far a replay is; nothing where nobody looks. */
export class ReplayProgress {
  private readonly terminal: Terminal;
  private readonly write: (text: string) => void;
  private readonly startMs: number;
  private drawnMs = 0;
  private shown = false;

  constructor(terminal: Terminal, write: (text: string) => void, nowMs: number) {
    this.terminal = terminal;
    this.write = write;
    this.startMs = nowMs;
  }

  update(now: ProgressNow, nowMs: number): void {
    if (!this.terminal.interactive || nowMs - this.drawnMs < DRAW_EVERY_MS) return;
    this.drawnMs = nowMs;
    this.shown = true;
    this.write(CLEAR + fitWidth(this.draw(now, nowMs), this.terminal.width - 1));
  }

  /** Takes the line away, before something else is written or at the end. */
  clear(): void {
    if (this.shown) this.write(CLEAR);
    this.shown = false;
  }

  private draw({ name, consumed, size, events, alerts }: ProgressNow, nowMs: number): string {
    const seconds = Math.max((nowMs - this.startMs) / 1000, 0.001);
    const share = size > 0 ? Math.min(consumed / size, 1) : undefined;
    const parts = [
      name,
      ...(share === undefined ? [formatBytes(consumed)] : [bar(share)]),
      `${count(events)} events`,
      `${count(Math.round(events / seconds))}/s`,
      `${count(alerts)} alerts`,
      formatDuration(nowMs - this.startMs),
    ];
    return parts.join('  ');
  }
}

function bar(share: number): string {
  const filled = Math.round(share * BAR_COLUMNS);
  const percent = String(Math.floor(share * 100)).padStart(3);
  return `${'█'.repeat(filled)}${'░'.repeat(BAR_COLUMNS - filled)} ${percent} %`;
}

export function count(value: number): string {
  return value.toLocaleString('en-US');
}
