import { expect, test } from 'vitest';
import { escapeText, unescapeText } from './escape-text.ts';

test('escapeText quotes a text only where it must', () => {
  expect(escapeText('/etc/*')).toBe('/etc/*');
  expect(escapeText('')).toBe('');
  expect(escapeText("it's")).toBe(`"it's"`);
  expect(escapeText('a "b"\t\\')).toBe('"a \\"b\\"\\t\\\\"');
});

test('unescapeText turns back what escapeText wrote, and names what it does not know', () => {
  expect(unescapeText('a \\"b\\"\\t\\\\', '"')).toEqual({ text: 'a "b"\t\\' });
  expect(unescapeText('\\/\\n\\b\\f\\r', "'")).toEqual({ text: '/\n\b\f\r' });
  expect(unescapeText('bad \\ escape', '"')).toEqual({ text: 'bad \\escape' });
  expect(unescapeText('\\x41', '"')).toEqual({ wrong: 'unsupported string escape sequence: \\x' });
  expect(unescapeText(`\\'`, '"')).toEqual({ wrong: `invalid \\' escape in "-quoted string` });
});
