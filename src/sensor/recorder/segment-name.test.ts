import { expect, test } from 'vitest';
import { parseSegmentName, segmentName } from './segment-name.ts';

const name = { startMs: Date.UTC(2026, 10, 21, 6, 1, 2, 345), run: '0badcafe', sequence: 7 };

test('a segment’s name says what it is, and comes back', () => {
  expect(segmentName(name)).toBe('20261121T060102345Z-0badcafe-000007.scap.zst');
  expect(parseSegmentName(segmentName(name))).toEqual(name);
  const million = { ...name, sequence: 1_234_567 };
  expect(parseSegmentName(segmentName(million))).toEqual(million);
});

test.each([
  'notes.txt',
  '20261121T060102345Z-0badcafe-000007.scap',
  '20261321T060102345Z-0badcafe-000007.scap.zst',
  '20261121T060102345Z-0badcaf-000007.scap.zst',
])('%s is no segment', (text) => expect(parseSegmentName(text)).toBe(undefined));
