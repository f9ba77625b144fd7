import { expect, test } from 'vitest';
import { caretLine } from './caret-line.ts';

test.each([
  ['at the start', 'abc', 0, '  abc\n  ^'],
  ['in the middle', 'abc', 1, '  abc\n   ^'],
  ['at the end', 'abc', 3, '  abc\n     ^'],
  ['behind the end', 'abc', 9, '  abc\n     ^'],
  ['in the second line', 'ab\ncd\nef', 4, '  cd\n   ^'],
  ['with a tab, which is one column', '\tb', 1, '   b\n   ^'],
])('caretLine %s', (_name, text, offset, shown) => {
  expect(caretLine(text, offset)).toBe(shown);
});

test('caretLine cuts a long line around the place', () => {
  const [line = '', caret = ''] = caretLine(`${'a'.repeat(500)}X${'b'.repeat(500)}`, 500, 20).split(
    '\n',
  );
  expect(line).toHaveLength(22);
  expect(line[caret.indexOf('^')]).toBe('X');
});
