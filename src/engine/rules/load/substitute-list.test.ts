import { describe, expect, test } from 'vitest';
import { substituteList } from './substitute-list.ts';

/** As Falco's own loop does it, with a copy of the text for each find: what ours must come to. */
function slowly(condition: string, name: string, items: readonly string[]): string {
  const blanks = ' \t\n\r';
  const delimiters = `${blanks}(),=`;
  let text = condition;
  let start = text.indexOf(name);
  while (start !== -1) {
    let end = start + name.length;
    const isOpen = start === 0 || delimiters.includes(text.charAt(start - 1));
    if (isOpen && (end >= text.length || delimiters.includes(text.charAt(end)))) {
      while (start > 0 && blanks.includes(text.charAt(start - 1))) start--;
      while (end < text.length && blanks.includes(text.charAt(end))) end++;
      const put = items.join(', ');
      if (put === '' && start > 0 && text[start - 1] === ',') start--;
      else if (put === '' && text[end] === ',') end++;
      text = `${start > 0 ? `${text.slice(0, start)} ` : ''}${put} ${text.slice(end)}`;
      start += put.length + 1;
    }
    start = text.indexOf(name, start + 1);
  }
  return text;
}

const same = (text: string) =>
  text
    .replace(/[ \t\n\r]+/g, ' ')
    .replace(/ ?([(),]) ?/g, '$1')
    .trim();

describe('substituteList does what Falco does', () => {
  test.each([
    'x.y in (ls)',
    'x.y in (a, ls, b)',
    'x.y in (ls,b)',
    'x.y in (a,ls)',
    'x.y=ls',
    'x.y = ls and z',
    'x.y in ( ls , ls )',
    'x.y in (als, lsa, a.ls, ls)',
    'x.y in (ls, ls, ls)',
    '(ls)',
    'x.y in (\tls\n)',
    'x.y in ("ls")',
    'x.y in ("a ls b")',
    'no such word',
  ])('%s', (text) => {
    for (const items of [['a', 'b'], ['one'], []]) {
      const found = substituteList(text, 'ls', items)?.text ?? text;
      expect(same(found)).toBe(same(slowly(text, 'ls', items)));
    }
  });
});

test('substituteList quotes an item with a blank, once', () => {
  expect(substituteList('(l)', 'l', ['a b', '"c d"', "'e f'"])?.text).toBe(
    `( "a b", "c d", 'e f' )`,
  );
});

test('substituteList says where each name stood', () => {
  const { text, edits } = substituteList('a (ls, x, ls)', 'ls', ['1', '2']) ?? {
    text: '',
    edits: [],
  };
  expect(text).toBe('a ( 1, 2 , x, 1, 2 )');
  expect(edits.map(({ nameStart, oldEnd }) => [nameStart, oldEnd])).toEqual([
    [3, 5],
    [10, 12],
  ]);
});
