import { expect, test } from 'vitest';
import { compactJson, indentJson, jsonChild, unescapeJson } from './json-tree.ts';
import { parseJsonTree } from './parse-json-tree.ts';

function tree(text: string) {
  const result = parseJsonTree(text, 0, 10);
  if (!result.ok) throw new Error(`${result.at}: expected ${result.expected}`);
  return result.node;
}

test('compactJson keeps what JSON.parse would change: forms of numbers, order, escapes, doubles', () => {
  const text = '{"b":1.0,"2":1e3,"1":12345678901234567890,"b":"\\u003c\\/","z":[],"y":{},"n":null}';
  expect(compactJson(tree(text.replaceAll(/[,:]/g, '$& ')))).toBe(text);
});

test('indentJson breaks lines but in empty lists and objects', () => {
  const text = '{\n  "a": [\n    1,\n    {\n      "b": {}\n    }\n  ],\n  "c": []\n}';
  expect(indentJson(tree('{"a":[1,{"b":{}}],"c":[]}'))).toBe(text);
});

test.each([
  ['a name', '{"a":1,"b":2}', 'b', '2'],
  ['the first of two', '{"a":1,"a":2}', 'a', '1'],
  ['a name with an escape', '{"\\u0061":1}', 'a', '1'],
  ['the empty name', '{"":1}', '', '1'],
  ['a position', '[5,6]', '1', '6'],
])('jsonChild finds %s', (_what, text, name, found) => {
  const child = jsonChild(tree(text), name);
  expect(child && compactJson(child)).toBe(found);
});

test.each([
  ['a name that is not there', '{"a":1}', 'b'],
  ['a name written with an escape, by that', '{"\\u0061":1}', '\\u0061'],
  ['a position past the end', '[5]', '1'],
  ['a name in a list', '[5]', 'length'],
  ['anything in a string', '"text"', '0'],
])('jsonChild does not find %s', (_what, text, name) => {
  expect(jsonChild(tree(text), name)).toBeUndefined();
});

test.each([
  ['short escapes', '\\"\\\\\\/\\b\\f\\n\\r\\t', '"\\/\b\f\n\r\t'],
  ['a character as its UTF-8 bytes', '\\u00e9\\u20ac', '\xc3\xa9\xe2\x82\xac'],
  ['a pair of surrogates', '\\ud83d\\ude00', '\xf0\x9f\x98\x80'],
  ['half a pair as written', '\\ud83d-\\ude00', '\\ud83d-\\ude00'],
  ['an unknown escape as written', '\\x41\\u00', '\\x41\\u00'],
  ['bytes', '\xc3\xa9', '\xc3\xa9'],
  ['an escaped backslash before u', '\\\\u0041', '\\u0041'],
])('unescapeJson reads %s', (_what, raw, bytes) => {
  expect(unescapeJson(raw)).toBe(bytes);
});
