import { describe, expect, test } from 'vitest';
import { globMatcher, globPrefix, literalOf, lowerAscii } from './glob.ts';

describe('as fnmatch(3) without flags', () => {
  test.each([
    ['', '', true],
    ['', 'a', false],
    ['*', '', true],
    ['*', '/a/.b', true],
    ['a*', 'a/b', true],
    ['*.ssh*', '/root/.ssh/x', true],
    ['*c', 'abcd', false],
    ['a*c', 'ac', true],
    ['a*ac', 'ac', false],
    ['*a*b*c*', 'xxaxbxcx', true],
    ['*a*b*c*', 'xxaxcxbx', false],
    ['a?c', 'abc', true],
    ['a?c', 'a/c', true],
    ['a?', 'a', false],
    ['[a-c]x', 'bx', true],
    ['[a-c]x', 'dx', false],
    ['[!a-c]x', 'dx', true],
    ['[^a]', 'b', true],
    ['[]a]', ']', true],
    ['[!]a]', 'b', true],
    ['[a-]', '-', true],
    ['[[:digit:]x]', '7', true],
    ['[[:digit:]x]', 'y', false],
    ['[[:space:]]', '\t', true],
    ['[', '[', true],
    ['[ab', '[ab', true],
    ['\\*', '*', true],
    ['\\*', 'a', false],
    ['[\\]]', ']', true],
    ['a\\', 'a\\', true],
    ['\xe9*', '\xe9\xff', true],
    ['?', '\xff', true],
  ])('%s against %s: %s', (pattern, text, matches) => {
    expect(globMatcher(pattern)(text)).toBe(matches);
  });

  test('in either case', () => {
    expect(globMatcher('/ETC/[A-C]*', { ignoreCase: true })('/etc/Bx')).toBe(true);
    expect(globMatcher('/ETC/*')('/etc/x')).toBe(false);
  });

  test('many stars end soon', () => {
    expect(globMatcher(`${'*a'.repeat(30)}b`)('a'.repeat(4000))).toBe(false);
  });
});

test.each([
  ['/etc/*', '/etc/', undefined],
  ['/etc/x', '/etc/x', '/etc/x'],
  ['/e\\*c', '/e*c', '/e*c'],
  ['/e[t]c', '/e', undefined],
  ['?', '', undefined],
  ['[x', '[x', '[x'],
])('%s begins with %s', (pattern, prefix, literal) => {
  expect(globPrefix(pattern)).toBe(prefix);
  expect(literalOf(pattern)).toBe(literal);
});

test('lower case of ASCII alone', () => expect(lowerAscii('A\xc9z')).toBe('a\xc9z'));
