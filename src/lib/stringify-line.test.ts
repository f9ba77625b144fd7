import { expect, test } from 'vitest';
import { stringifyLine } from './stringify-line.ts';

test('stringifyLine writes 64-bit integers as digits, on one line', () => {
  expect(stringifyLine({ a: 2n ** 63n, b: [1n], c: 'x\ny', d: null })).toBe(
    '{"a":9223372036854775808,"b":[1],"c":"x\\ny","d":null}\n',
  );
});
