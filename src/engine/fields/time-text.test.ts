import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  dateTimeSecondsText,
  dateTimeText,
  isoTimeText,
  localTimestamp,
  secondsText,
  timeSecondsText,
  timeText,
} from './time-text.ts';

const NS = 1_774_620_189_000_000_042n;

describe('local time', () => {
  const zone = process.env['TZ'];
  beforeAll(() => {
    process.env['TZ'] = 'Asia/Kolkata';
  });
  afterAll(() => {
    if (zone === undefined) delete process.env['TZ'];
    else process.env['TZ'] = zone;
  });

  test('with nanoseconds and without', () => {
    expect(timeText(NS)).toBe('19:33:09.000000042');
    expect(timeSecondsText(NS)).toBe('19:33:09');
    expect(dateTimeText(NS)).toBe('2026-03-27 19:33:09.000000042');
    expect(dateTimeSecondsText(NS)).toBe('2026-03-27 19:33:09');
    expect(localTimestamp(NS)).toBe('2026-03-27 19:33:09.000000042 +0530');
  });

  test('ISO 8601 is UTC', () => expect(isoTimeText(NS)).toBe('2026-03-27T14:03:09.000000042+0000'));
});

test.each([
  [0n, '0s'],
  [1n, '1e-09s'],
  [500_000_000n, '0.5s'],
  [100_000n, '0.0001s'],
  [10_000n, '1e-05s'],
  [1_234_567_891n, '1.23457s'],
  [123_456_789_000_000_000n, '1.23457e+08s'],
  [999_999_900_000_000n, '1e+06s'],
])('%s ns are %s', (ns, text) => expect(secondsText(ns)).toBe(text));
