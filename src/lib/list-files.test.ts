import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listFiles } from './list-files.ts';
import { readTextFile } from './read-text-file.ts';

let folder: string;
const options = { what: 'rules', extensions: ['.yaml'], most: 3 };
const path = (name: string): string => join(folder, name);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'midwatch-files-'));
  for (const name of ['b.yaml', 'a.yaml', '.hidden.yaml', 'readme.md']) {
    writeFileSync(path(name), name);
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('listFiles', () => {
  test('takes a folder as its files in order, a file whatever it is called', () => {
    expect(listFiles([folder, path('readme.md')], options)).toEqual(
      ['a.yaml', 'b.yaml', 'readme.md'].map(path),
    );
  });

  test.each([
    ['what is not there', ['missing'], 'there is no such file or folder'],
    ['a folder without such files', ['/proc/self/fdinfo'], 'it has no .yaml file'],
    ['too many', ['a.yaml', 'a.yaml', 'b.yaml', 'b.yaml'], 'expected at most 3 files, found 4'],
  ])('refuses %s', (_what, names, message) => {
    const paths = names.map((name) => (name.startsWith('/') ? name : path(name)));
    expect(() => listFiles(paths, options)).toThrow(message);
  });
});

describe('readTextFile', () => {
  test('reads', () => {
    expect(readTextFile(path('a.yaml'), { what: 'rules', most: 100 })).toBe('a.yaml');
  });

  test.each([
    ['a file that is too large', 'a.yaml', 3, /expected at most 3 B, found 6 B/],
    ['a missing file', 'missing', 100, /there is no such file/],
    ['a folder', '.', 100_000, /it is a folder/],
  ])('refuses %s', (_what, name, most, message) => {
    expect(() => readTextFile(path(name), { what: 'rules', most })).toThrow(message);
  });
});
