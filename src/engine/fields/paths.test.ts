import { expect, test } from 'vitest';
import { baseName, directoryOf, fileNameOf, joinPath, withoutDoubledSlashes } from './paths.ts';

test.each([
  ['/home', 'a', '/home/a'],
  ['/home/', 'a', '/home/a'],
  ['/home', '/etc/x', '/etc/x'],
  ['/home', '../etc/./x', '/etc/x'],
  ['/', '../../x', '/x'],
  ['', 'a/../b', 'b'],
  ['', '../b', '../b'],
  ['/a', 'b//c/', '/a/b/c'],
  ['/a', '.', '/a'],
  ['/a', '..', '/'],
  ['/a', '...', '/a/...'],
  ['/a', '.b', '/a/.b'],
])('from %s: %s', (base, path, joined) => expect(joinPath(base, path)).toBe(joined));

test.each([
  ['/etc/passwd', '/etc', 'passwd', 'passwd'],
  ['/etc', '/', 'etc', 'etc'],
  ['/', '/', '/', ''],
  ['/etc/', '/etc/', '/etc/', ''],
  ['name', '/', '/', 'name'],
  ['', '/', '/', ''],
])('%s: directory, file name, base name', (path, directory, file, base) => {
  expect([directoryOf(path), fileNameOf(path), baseName(path)]).toEqual([directory, file, base]);
});

test('slashes that say nothing', () => {
  expect(withoutDoubledSlashes('//a///b/')).toBe('/a/b/');
});
