// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates in strings are the samples
import { expect, test } from 'vitest';
import { blankText } from './blank-text.ts';

// A dot stands for a blank in the expected text.
const cases: readonly (readonly [name: string, source: string, code: string])[] = [
  ['a line comment', 'a; // b\nc', 'a; ....\nc'],
  ['a block comment', 'a /* b\n * c */ d', 'a ....\n....... d'],
  ['strings', `f('a//b', "c")`, `f('....', ".")`],
  ['an escaped quote', `'a\\'b' + c`, `'....' + c`],
  ['template text but not its code', '`a${b}c`;', '`.${b}.`;'],
  ['a template in a template', '`a${`b${c}`}d` + e', '`.${`.${c}`}.` + e'],
  ['braces in template code', '`${ { a: 1 }.a }x`', '`${ { a: 1 }.a }.`'],
  ['a regular expression', 'x = /\'[/"]/g; y', 'x = /...../g; y'],
  ['no division', 'a / b / c', 'a / b / c'],
  ['a regular expression after return', 'return /"/.test(a)', 'return /./.test(a)'],
  ['an unfinished string', "'ab", "'.."],
  ['characters outside the BMP', "'😀' + a", "'..' + a"],
];

test.each(cases)('blankText of %s', (_name, source, code) => {
  const blank = blankText(source);
  expect(blank).toHaveLength(source.length);
  expect(blank.split(' ').join('.')).toBe(code.split(' ').join('.'));
});
