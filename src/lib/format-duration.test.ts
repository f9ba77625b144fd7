import { expect, test } from 'vitest';
import { formatDuration } from './format-duration.ts';

const cases: readonly (readonly [ms: number, text: string])[] = [
  [0, '0 ms'],
  [0.42, '0.4 ms'],
  [9.96, '10 ms'],
  [250, '250 ms'],
  [999.7, '1 s'],
  [1_540, '1.5 s'],
  [59_400, '59 s'],
  [59_600, '1 min'],
  [125_000, '2 min 5 s'],
  [3_600_000, '1 h'],
  [11_520_000, '3 h 12 min'],
  [273_600_000, '3 d 4 h'],
  [-1_500, '-1.5 s'],
  [Number.NaN, 'unknown'],
  [Number.POSITIVE_INFINITY, 'unknown'],
];

test.each(cases)('formatDuration of %d ms is %j', (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});
