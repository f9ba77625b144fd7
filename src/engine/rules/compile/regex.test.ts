import { RE2JS } from 're2js';
import { describe, expect, test } from 'vitest';
import { regexMatcher, regexProblem } from './regex.ts';

test.each([
  ['a.c', 'abc', true],
  ['a.c', 'xabc', false],
  ['a|bc', 'bc', true],
  ['(ba|c)*sh', 'bacbash', true],
  ['[^/]+', 'a/b', false],
  ['a{2,3}', 'aaaa', false],
  ['[[:digit:]]+', '0123', true],
  ['x*', '', true],
  // Where bytes are UTF-8, a dot is a character.
  ['.', '\xc3\xa9', true],
  ['..', '\xc3\xa9', false],
  ['/\xc3\xa9+', '/\xc3\xa9\xc3\xa9', true],
])('%s against %s', (pattern, text, matches) => {
  expect(regexMatcher(pattern)(text)).toBe(matches);
});

test.each(['(', '[a', 'a{2,1}', '*a', '\\d', '(?i)a', 'a+?', 'a**'])('refused: %s', (pattern) => {
  expect(regexProblem(pattern)).toEqual(expect.any(String));
});

test.each(['\\.', '[\\]]', 'a\\+', '\\(x\\)', '[+*?]+'])('taken: %s', (pattern) => {
  expect(regexProblem(pattern)).toBeUndefined();
});

describe('work is linear in the text', () => {
  test('of patterns that make backtracking explode', () => {
    const text = `${'a'.repeat(20_000)}!`;
    for (const pattern of ['(a+)+', '(a|a)*', '(a*)*b', 'a*a*a*a*a*c']) {
      expect(regexMatcher(pattern)(text)).toBe(false);
    }
  });

  test('of patterns with more states than the automaton keeps: RE2 answers', () => {
    const pattern = '(a|b)*a(a|b){20}';
    const text = 'ab'.repeat(600);
    const match = regexMatcher(pattern);
    expect(match(text)).toBe(RE2JS.compile(pattern).testExact(text));
    expect(match(`${text}${'a'.repeat(21)}`)).toBe(true);
  });
});

/** Every text of up to `length` of these characters. */
function textsOf(alphabet: string, length: number): readonly string[] {
  if (length === 0) return [''];
  const shorter = textsOf(alphabet, length - 1);
  return [...shorter, ...shorter.flatMap((text) => [...alphabet].map((char) => text + char))];
}

test('all short texts: what RE2 says', () => {
  const texts = [...new Set(textsOf('ab/', 4))];
  for (const pattern of ['a*', '(a|b/)*', '[^a]b?', 'a(b|/)+a', '.?b.?', '(a*|b)/{1,2}', '()']) {
    const oracle = RE2JS.compile(pattern);
    const match = regexMatcher(pattern);
    expect(texts.filter(match)).toEqual(texts.filter((text) => oracle.testExact(text)));
  }
});
