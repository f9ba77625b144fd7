import { describe, expect, test } from 'vitest';
import { toByteString, toPrintable } from './byte-string.ts';

const latin1 = (...bytes: number[]): string => String.fromCharCode(...bytes);

describe('toByteString', () => {
  test('gives one character a UTF-8 byte', () => {
    expect(toByteString('/tmp/é')).toBe('/tmp/Ã©');
    expect(toByteString('')).toBe('');
  });
});

describe('toPrintable', () => {
  const cases: readonly (readonly [name: string, bytes: string, text: string])[] = [
    ['keeps ASCII', 'ls -la /', 'ls -la /'],
    ['keeps a backslash', 'a\\x41', 'a\\x41'],
    ['decodes two bytes', toByteString('é'), 'é'],
    ['decodes three bytes', toByteString('日本'), '日本'],
    ['decodes four bytes', toByteString('😀'), '😀'],
    ['escapes an ANSI sequence', '\x1b[31mred', '\\x1b[31mred'],
    ['escapes NUL, newline, tab and DEL', '\0\n\t\x7f', '\\x00\\x0a\\x09\\x7f'],
    ['escapes a C1 control, byte by byte', toByteString('\u009b'), '\\xc2\\x9b'],
    ['escapes a direction override', toByteString('\u202e'), '\\xe2\\x80\\xae'],
    ['escapes a line separator', toByteString('\u2028'), '\\xe2\\x80\\xa8'],
    ['escapes a lone continuation byte', latin1(0x61, 0x80), 'a\\x80'],
    ['escapes an overlong form', latin1(0xc0, 0xaf), '\\xc0\\xaf'],
    ['escapes a long overlong form', latin1(0xe0, 0x80, 0xaf), '\\xe0\\x80\\xaf'],
    ['escapes a surrogate', latin1(0xed, 0xa0, 0x80), '\\xed\\xa0\\x80'],
    ['escapes past the last code point', latin1(0xf4, 0x90, 0x80, 0x80), '\\xf4\\x90\\x80\\x80'],
    ['escapes a cut sequence and goes on', latin1(0xe2, 0x82, 0x41), '\\xe2\\x82A'],
    ['escapes a sequence cut by the end', latin1(0xf0, 0x9f, 0x98), '\\xf0\\x9f\\x98'],
  ];
  test.each(cases)('%s', (_name, bytes, text) => {
    expect(toPrintable(bytes)).toBe(text);
  });

  test('gives the text back, when all of it is printable', () => {
    for (const text of ['ça va?', 'Ω≈ç√', 'плохо', '𝔘nicode']) {
      expect(toPrintable(toByteString(text))).toBe(text);
    }
  });

  test('has only printable characters left, whatever the bytes', () => {
    let seed = 1;
    const bytes = Array.from({ length: 131_072 }, () => {
      seed = (seed * 48_271) % 2_147_483_647;
      return String.fromCharCode(seed & 0xff);
    }).join('');
    expect(toPrintable(bytes)).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
  });
});
