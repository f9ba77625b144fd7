import { expect, test } from 'vitest';
import { matchesWildcard } from './select-rules.ts';

test.each([
  ['open', 'open', true],
  ['open', 'ope', false],
  ['open', '*', true],
  ['open', 'o*n', true],
  ['open', 'op*pen', false],
  ['open', '*pe*', true],
  ['open', '**', true],
  ['aXbXc', 'a*b*c', true],
  ['ab', 'ab*b', false],
  ['', '*', true],
])('matchesWildcard: %s against %s is %s', (text, pattern, expected) => {
  expect(matchesWildcard(text, pattern)).toBe(expected);
});
