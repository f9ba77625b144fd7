import { expect, test } from 'vitest';
import { fuzzCaptureOnce } from './capture.ts';

const INPUTS = 5000;

test('the capture reader survives changed captures, and still reads events from them', async () => {
  let events = 0;
  for (let seed = 1; seed <= INPUTS; seed++) events += await fuzzCaptureOnce(seed);
  expect(events).toBeGreaterThan(3 * INPUTS);
}, 60_000);
