import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { segmentName } from './segment-name.ts';
import { keepBudget, listSegments, makeRecordDirectory } from './segment-store.ts';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'midwatch-segments-'));
});

afterEach(() => rmSync(directory, { recursive: true }));

function put(sequence: number, bytes: number): string {
  const path = join(
    directory,
    segmentName({ startMs: sequence * 1000, run: 'aaaaaaaa', sequence }),
  );
  writeFileSync(path, Buffer.alloc(bytes));
  return path;
}

test('lists segments by time, and nothing else', () => {
  put(2, 20);
  put(1, 10);
  writeFileSync(join(directory, 'README'), 'mine');
  expect(listSegments(directory).map(({ sequence, bytes }) => [sequence, bytes])).toEqual([
    [1, 10],
    [2, 20],
  ]);
  expect(listSegments(join(directory, 'missing'))).toEqual([]);
});

test('the oldest go until the rest fits, save the one being written', () => {
  const [first = '', , third = ''] = [put(1, 100), put(2, 100), put(3, 100)];
  writeFileSync(join(directory, 'README'), 'mine');
  expect(keepBudget(directory, { bytes: 300, current: third })).toEqual({ removed: 0, total: 300 });
  expect(keepBudget(directory, { bytes: 150, current: first })).toEqual({ removed: 2, total: 100 });
  expect(listSegments(directory).map(({ path }) => path)).toEqual([first]);
  expect(keepBudget(directory, { bytes: 1, current: first })).toEqual({ removed: 0, total: 100 });
  expect(readdirSync(directory)).toContain('README');
});

test('its folder is for its owner alone', () => {
  const inner = join(directory, 'a', 'recorder');
  makeRecordDirectory(inner);
  expect(statSync(inner).mode & 0o777).toBe(0o700);
});
