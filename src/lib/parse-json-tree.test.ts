import { expect, test } from 'vitest';
import { compactJson } from './json-tree.ts';
import { parseJsonTree } from './parse-json-tree.ts';

test('parseJsonTree gives the value that starts there, and where it ends', () => {
  const text = '  {"a": [true, false, null, -0.5e+2, "x"]} next';
  const result = parseJsonTree(text, 0, 2);
  expect(result.ok && [compactJson(result.node), result.end]).toEqual([
    '{"a":[true,false,null,-0.5e+2,"x"]}',
    text.indexOf(' next'),
  ]);
});

test.each([
  ['a name without quotes', '{a:1}', 1, 'a name in quotes'],
  ['no colon', '{"a" 1}', 5, '":"'],
  ['no comma', '{"a":1 "b":2}', 7, '"," or "}"'],
  ['a comma too many', '[1,]', 3, 'a JSON value'],
  ['a wrong close', '[1}', 2, '"," or "]"'],
  ['a leading zero', '[01]', 1, 'a JSON value'],
  ['a word that is none', '[nul ]', 1, 'a JSON value'],
  ['a line break in a string', '["a\nb"]', 3, 'the end of the string'],
  ['an escaped line break', '["a\\\nb"]', 4, 'the end of the string'],
  ['too deep nesting', '[[[1]]]', 2, 'no deeper nesting'],
])('parseJsonTree refuses %s', (_what, text, at, expected) => {
  expect(parseJsonTree(text, 0, 2)).toEqual({ ok: false, at, expected, unfinished: false });
});

test('parseJsonTree says of every beginning of a value that it is unfinished', () => {
  const text = '{"a": ["b\\"c", -12.5e3, true, {"d": null}], "e": "\\u00e9"}';
  for (let length = 0; length < text.length; length++) {
    const result = parseJsonTree(text.slice(0, length), 0, 10);
    expect(result, text.slice(0, length)).toMatchObject({ ok: false, unfinished: true });
  }
  expect(parseJsonTree(text, 0, 10).ok).toBe(true);
});

test('parseJsonTree agrees with JSON.parse on what is JSON', () => {
  // A small generator of nearly right JSON, the same every time.
  const pieces = ['{', '}', '[', ']', ',', ':', '"a"', '1', '-', '.5', 'null', ' ', '"', '0'];
  let seed = 1;
  const next = (below: number) => {
    seed = (seed * 48271) % 2147483647;
    return seed % below;
  };
  let right = 0;
  for (let round = 0; round < 20_000; round++) {
    const text = Array.from({ length: 1 + next(7) }, () => pieces[next(pieces.length)]).join('');
    const result = parseJsonTree(text, 0, 10);
    const whole = result.ok && text.slice(result.end).trim() === '';
    expect(whole, text).toBe(isJson(text));
    if (whole) right++;
  }
  expect(right).toBeGreaterThan(500);
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
