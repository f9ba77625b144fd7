import { expect, test } from 'vitest';
import { formatBytes } from './format-bytes.ts';

const cases: readonly (readonly [bytes: number, text: string])[] = [
  [0, '0 B'],
  [512, '512 B'],
  [1023, '1023 B'],
  [1024, '1 KiB'],
  [1536, '1.5 KiB'],
  [102_760_448, '98 MiB'],
  [1_073_741_000, '1 GiB'],
  [5.5 * 1024 ** 5, '5.5 PiB'],
  [5000 * 1024 ** 5, '5000 PiB'],
  [-2048, '-2 KiB'],
  [Number.NaN, 'unknown'],
];

test.each(cases)('formatBytes of %d is %j', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});
