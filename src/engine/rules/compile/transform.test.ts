import { expect, test } from 'vitest';
import { decodeBase64, mapValue, upperAscii } from './transform.ts';

test.each([
  ['YWFhLWJiYg', 'aaa-bbb'],
  ['YWFhLWJiYg==', 'aaa-bbb'],
  ['YWFh', 'aaa'],
  ['YWE=', 'aa'],
  ['', ''],
  ['/+8=', '\xff\xef'],
])('base64 %s', (text, bytes) => expect(decodeBase64(text)).toBe(bytes));

// "cat" has bits that no byte takes; a lone digit stands for nothing.
test.each(['cat', 'Y', 'YWFhY', 'YW Fh', 'YWFh===', 'YW=h', 'YW-_'])('no base64: %s', (text) => {
  expect(decodeBase64(text)).toBeUndefined();
});

test('a list is null where one of its values becomes null', () => {
  const decode = (value: unknown) => decodeBase64(String(value));
  expect(mapValue(['YWFh', 'YmJi'], decode)).toEqual(['aaa', 'bbb']);
  expect(mapValue(['YWFh', '?'], decode)).toBeUndefined();
  expect(mapValue(undefined, decode)).toBeUndefined();
});

test('case of ASCII letters alone', () => {
  expect(upperAscii('aZ\xe9\xff')).toBe('AZ\xe9\xff');
});
