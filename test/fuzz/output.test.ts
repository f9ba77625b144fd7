import { expect, test } from 'vitest';
import { fuzzOutputOnce } from './output.ts';

test('the output formatter survives any template, and shows what many of them ask for', () => {
  const inputs = 20_000;
  let outputs = 0;
  for (let seed = 1; seed <= inputs; seed++) outputs += fuzzOutputOnce(seed) ? 1 : 0;
  expect(outputs).toBeGreaterThan(inputs / 10);
  expect(outputs).toBeLessThan(inputs);
}, 60_000);
