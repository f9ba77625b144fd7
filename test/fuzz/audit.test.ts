import { expect, test } from 'vitest';
import { fuzzAuditOnce } from './audit.ts';

test('5,000 audit logs, bent here and there', { timeout: 60_000 }, () => {
  let read = 0;
  for (let seed = 1; seed <= 5_000; seed++) if (fuzzAuditOnce(seed)) read++;
  // Bent too much, nothing would be read; too little, nothing would be tried.
  expect(read).toBeGreaterThan(1_000);
  expect(read).toBeLessThan(5_000);
});
