import { expect, test } from 'vitest';
import { fuzzEngineOnce } from './engine.ts';

const INPUTS = 600;

test('generated code says what the interpreter says, and the prefilter drops nothing that matches', () => {
  let matches = 0;
  for (let seed = 1; seed <= INPUTS; seed++) matches += fuzzEngineOnce(seed);
  expect(matches).toBeGreaterThan(3 * INPUTS);
}, 60_000);
