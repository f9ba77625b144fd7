import { expect, test } from 'vitest';
import type { TextLookup } from './bind-check.ts';
import { buildTextIndex, NULL_OUTCOME } from './text-index.ts';

const lookup = (
  how: TextLookup['how'],
  values: readonly string[],
  negated = false,
): TextLookup => ({
  how,
  values,
  negated,
});

/** What each lookup says to a value. */
function answers(lookups: readonly TextLookup[], value: string): readonly boolean[] {
  const index = buildTextIndex(lookups);
  const outcome = index.find(value, 0, value.length);
  return index.answers.map((table) => table[outcome] === 1);
}

function expected({ how, values, negated }: TextLookup, value: string): boolean {
  const fits = values.some((one) => {
    if (how === 'equals') return value === one;
    return how === 'prefix' ? value.startsWith(one) : value.endsWith(one);
  });
  return fits !== negated;
}

const VALUES = ['', '/', '/etc', '/etc/', '/etc/passwd', '/et', 'etc', '\xff', '/\xff\xfe', 'b'];

test('equals, prefixes and negated ones together say what each says alone', () => {
  const lookups = [
    lookup('equals', ['/etc', '', '\xff']),
    lookup('prefix', ['/etc/', '/']),
    lookup('equals', ['/etc/passwd', 'b'], true),
    lookup('prefix', ['']),
    lookup('equals', ['/et', '/et']),
  ];
  for (const value of [...VALUES, '/etc/passwd2', 'zz', '/x']) {
    expect(answers(lookups, value), value).toEqual(lookups.map((one) => expected(one, value)));
  }
});

test('suffixes are walked from the end', () => {
  const lookups = [lookup('suffix', ['wd', '/passwd']), lookup('suffix', ['c', ''])];
  for (const value of VALUES) {
    expect(answers(lookups, value), value).toEqual(lookups.map((one) => expected(one, value)));
  }
});

test('a null value fits nothing, not even what is negated', () => {
  const index = buildTextIndex([lookup('equals', ['a'], true), lookup('prefix', [''])]);
  expect(index.answers.map((table) => table[NULL_OUTCOME])).toEqual([0, 0]);
});

test('a part of a text is looked up where it lies', () => {
  const text = '/usr/bin/cat';
  const forwards = buildTextIndex([lookup('equals', ['bin'])]);
  expect(forwards.answers[0]?.[forwards.find(text, 5, 8)]).toBe(1);
  expect(forwards.answers[0]?.[forwards.find(text, 5, 9)]).toBe(0);
  const backwards = buildTextIndex([lookup('suffix', ['in'])]);
  expect(backwards.answers[0]?.[backwards.find(text, 5, 8)]).toBe(1);
  expect(backwards.answers[0]?.[backwards.find(text, 7, 8)]).toBe(0);
});
