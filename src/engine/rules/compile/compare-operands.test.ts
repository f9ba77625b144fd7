import { expect, test } from 'vitest';
import { compareOperands } from './compare-operands.ts';

test.each([
  ['=', 1n, 1, true],
  ['!=', 1n, 1, false],
  ['<', 1, 2n, true],
  ['in', 2, 2n, true],
  ['intersects', 3n, 2, false],
  ['in', ['a'], ['a', 'b'], true],
  ['in', ['a', 'c'], ['a', 'b'], false],
  ['intersects', ['a', 'c'], ['a', 'b'], true],
  ['=', 'a', 'a', true],
  ['=', undefined, 'a', false],
  ['!=', 'a', undefined, false],
] as const)('compareOperands: %s of %s and %s', (operator, left, right, holds) => {
  expect(compareOperands(operator, left, right)).toBe(holds);
});
