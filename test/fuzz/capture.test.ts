import { expect, test } from 'vitest';
import { fuzzCaptureOnce } from './capture.ts';
import { fuzzCaptureStateOnce } from './capture-state.ts';

const INPUTS = 5000;
const STATE_INPUTS = 400;

test('the capture reader survives changed captures, and still reads events from them', async () => {
  let events = 0;
  for (let seed = 1; seed <= INPUTS; seed++) events += await fuzzCaptureOnce(seed);
  expect(events).toBeGreaterThan(3 * INPUTS);
}, 60_000);

test('the process table survives captures that make no sense, and every field can be read', async () => {
  let events = 0;
  for (let seed = 1; seed <= STATE_INPUTS; seed++) events += await fuzzCaptureStateOnce(seed);
  expect(events).toBeGreaterThan(20 * STATE_INPUTS);
}, 60_000);
