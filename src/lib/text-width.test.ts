import { describe, expect, test } from 'vitest';
import { fitWidth, padWidth, textWidth, wrapWidth } from './text-width.ts';

test('textWidth counts columns, not characters', () => {
  expect(textWidth('abc')).toBe(3);
  expect(textWidth('夜番')).toBe(4);
  expect(textWidth('e\u0301')).toBe(1);
  expect(textWidth('└─ ◆')).toBe(4);
});

test('fitWidth shortens only what does not fit', () => {
  expect(fitWidth('abc', 3)).toBe('abc');
  expect(fitWidth('abcd', 3)).toBe('ab…');
  expect(textWidth(fitWidth('夜番夜番', 4))).toBeLessThanOrEqual(4);
});

test('padWidth fills up', () => {
  expect(padWidth('夜', 4)).toBe('夜  ');
  expect(padWidth('long', 2)).toBe('long');
});

describe('wrapWidth', () => {
  test('breaks at spaces', () => {
    expect(wrapWidth('one two three', 8)).toEqual(['one two', 'three']);
  });
  test('breaks a word that is longer than a line', () => {
    expect(wrapWidth('a bbbbbbbb c', 4)).toEqual(['a', 'bbbb', 'bbbb', 'c']);
  });
  test('ends with a wide character in one column', () => {
    expect(wrapWidth('夜番', 1)).toEqual(['夜', '番']);
  });
});
