import { expect, test } from 'vitest';
import { fuzzConditionOnce } from './condition.ts';
import { fuzzRuleFileOnce } from './rule-file.ts';

test('the parser of conditions survives any text, and reads back what was written', () => {
  const inputs = 20_000;
  let conditions = 0;
  for (let seed = 1; seed <= inputs; seed++) conditions += fuzzConditionOnce(seed) ? 1 : 0;
  expect(conditions).toBeGreaterThan(inputs / 4);
  expect(conditions).toBeLessThan(inputs);
});

test('the loader survives changed rule files, and still loads rules from some', () => {
  const inputs = 1_000;
  let rules = 0;
  for (let seed = 1; seed <= inputs; seed++) rules += fuzzRuleFileOnce(seed);
  expect(rules).toBeGreaterThan(inputs / 10);
}, 60_000);
