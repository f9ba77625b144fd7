import { expect, test } from 'vitest';
import { parseDuration } from './parse-duration.ts';

test.each([
  ['10m', 600_000],
  ['90s', 90_000],
  ['1h30m', 5_400_000],
  ['1.5 h', 5_400_000],
  ['2 d', 172_800_000],
  ['250ms', 250],
  ['5 min', 300_000],
  ['', undefined],
  ['10', undefined],
  ['10 weeks', undefined],
  ['m10', undefined],
])('parseDuration of %j is %j', (text, ms) => expect(parseDuration(text)).toBe(ms));
