import { expect, test } from 'vitest';
import { optionTexts, optionValue } from './command-options.ts';

test.each([
  ['-n', 'n', ['n']],
  ['-t hello', 't:', ['t', 'hello']],
  ['-thello', 't:', ['t', 'hello']],
  ['-nt hello', 'nt:', ['n', 't', 'hello']],
  ['-n -- -t x', 'nt:', ['n']],
  ['-x -n', 'n', ['?', 'n']],
  ['word -n', 'n', []],
  ['- -n', 'n', []],
  ['--exec -n', 'n', ['n']],
  ['-t', 't:', ['']],
  ['-t -123', 't:', ['t', '-123']],
  ['-lpe /bin/sh', 'lp:e:', ['l', 'p', 'e']],
  ['-n:', ':n', ['n', '?']],
])('getopt of %s by %s', (words, spec, texts) => {
  expect(optionTexts(words.split(' '), spec)).toEqual(texts);
});

test.each([
  ['-t a -t b', 't:', 't', 'b'],
  ['-v', 'v', 'v', 'v'],
  ['-t', 't:', 't', ''],
  ['-n', 'nt:', 't', undefined],
  ['-x', 'n', 'x', undefined],
])('getopt of %s by %s [%s]', (words, spec, letter, value) => {
  expect(optionValue(words.split(' '), spec, letter)).toBe(value);
});
