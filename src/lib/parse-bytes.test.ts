import { expect, test } from 'vitest';
import { parseBytes } from './parse-bytes.ts';

test.each([
  ['0', 0],
  ['4096', 4096],
  ['512B', 512],
  ['64MiB', 64 * 2 ** 20],
  ['64M', 64 * 2 ** 20],
  ['64 mb', 64 * 2 ** 20],
  ['1.5 GiB', 1.5 * 2 ** 30],
  ['', undefined],
  ['-1', undefined],
  ['64 parsecs', undefined],
  ['99999999T', undefined],
])('parseBytes of %j is %j', (text, bytes) => expect(parseBytes(text)).toBe(bytes));
