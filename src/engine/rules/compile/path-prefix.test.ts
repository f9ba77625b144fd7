import { expect, test } from 'vitest';
import { pathPrefixMatcher } from './path-prefix.ts';

test.each([
  ['/opt/dir/sub', ['/opt/dir'], true],
  ['/opt/dir', ['/opt/dir'], true],
  ['/opt/dir2', ['/opt/dir'], false],
  ['/opt', ['/opt/dir'], false],
  ['/opt//dir/', ['/opt/dir/'], true],
  ['opt/dir', ['/opt'], true],
  ['/opt/dir/x', ['/opt/*/x'], true],
  ['/opt/a/b/x', ['/opt/*/x'], false],
  ['/opt/dir/x', ['/opt/di[!r]', '/opt/d?r/y', '/opt/d?r/x'], true],
  ['/anything', ['/'], true],
  ['', ['/'], true],
  ['/anything', [], false],
  // A shorter path makes a longer one below it needless, whichever comes first.
  ['/etc/ssh', ['/etc/pam.d', '/etc'], true],
  ['/a/b', ['/a/b/c', '/a/*'], true],
  // A name and a pattern at one level: where the name leads nowhere, the pattern may.
  ['/a/b/d', ['/a/b/c', '/*/b/d'], true],
])('%s below %s', (path, given, expected) => {
  expect(pathPrefixMatcher(given)(path)).toBe(expected);
});
