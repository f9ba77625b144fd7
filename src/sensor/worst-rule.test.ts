import { describe, expect, test } from 'vitest';
import { worstRule } from './worst-rule.ts';

const RULES = [
  { tier: 'log', holdable: true },
  { tier: 'ticket', holdable: true },
  { tier: 'page', holdable: true },
  { tier: 'page', holdable: false },
  { tier: 'page', holdable: false },
] as const;

describe('worstRule', () => {
  test.each([
    ['none', [], -1],
    ['the only one', [0], 0],
    ['the worst tier, wherever it stands', [0, 1, 2], 2],
    ['one that may not be held back, before one that may', [2, 3], 3],
    ['the first of equals', [3, 4], 3],
  ])('tells %s', (_, matches, expected) => {
    expect(worstRule(RULES, matches)).toBe(expected);
  });
});
