import { expect, test } from 'vitest';
import { openTerminal } from '#lib/terminal.ts';
import { ReplayProgress } from './replay-progress.ts';
import { drawSummary, emptyTotals } from './replay-summary.ts';

const plain = openTerminal({ columns: 60 }, { NO_COLOR: '1' });
const tty = openTerminal({ isTTY: true, columns: 60 }, { NO_COLOR: '1' });

test('drawSummary says what was read, what was found and what was wrong', () => {
  const totals = {
    ...emptyTotals(),
    files: 2,
    rawEvents: 1_500_000,
    evaluated: 900_000,
    elapsedMs: 500,
    alertsByRule: new Map([
      ['B', 7],
      ['A', 7],
      ['Read sensitive file', 1234],
    ]),
    warnings: ['x.scap: byte 10: the capture is cut'],
    warningCount: 3,
  };
  expect(drawSummary(totals, plain)).toBe(
    [
      '1,500,000 events in 2 captures, 900,000 evaluated, 500 ms, 3,000,000/s',
      '1,248 alerts',
      '  1,234  Read sensitive file',
      '      7  A',
      '      7  B',
      'warning: x.scap: byte 10: the capture is cut',
      'and 2 more warnings',
      '',
    ].join('\n'),
  );
  expect(drawSummary(emptyTotals(), plain)).toContain('no alerts');
});

test('ReplayProgress draws one line on a terminal, seldom, and takes it away', () => {
  const written: string[] = [];
  const progress = new ReplayProgress(tty, (text) => written.push(text), 0);
  const now = { name: 'a.scap', consumed: 50, size: 100, events: 5000, alerts: 2 };
  progress.update(now, 1000);
  progress.update(now, 1050);
  expect(written).toHaveLength(1);
  expect(written[0]).toContain('a.scap  ████████████░░░░░░░░░░░░  50 %  5,000 events');
  progress.clear();
  progress.clear();
  expect(written.slice(1)).toEqual(['\r\x1b[K']);
});

test('ReplayProgress is silent where nobody looks', () => {
  const written: string[] = [];
  const progress = new ReplayProgress(plain, (text) => written.push(text), 0);
  progress.update({ name: 'a', consumed: 1, size: 2, events: 3, alerts: 4 }, 1000);
  progress.clear();
  expect(written).toEqual([]);
});
