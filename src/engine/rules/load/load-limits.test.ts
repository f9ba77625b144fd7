import { describe, expect, test } from 'vitest';
import { load, ruleOf } from './load-fixture.ts';

function errorOf(text: string): string | undefined {
  const { rules, diagnostics, hasErrors } = load(text);
  expect(hasErrors).toBe(true);
  expect(rules).toEqual([]);
  return diagnostics.find(({ severity }) => severity === 'error')?.message;
}

describe('loadRules bounds what a file costs', () => {
  const macros = (count: number, of: (i: number) => string) =>
    Array.from({ length: count }, (_, i) => `- macro: m${i}\n  condition: ${of(i)}\n`).join('');
  const cases: readonly (readonly [string, string, RegExp])[] = [
    [
      'macros that double at every step',
      macros(60, (i) => (i === 0 ? 'evt.num = 1' : `m${i - 1} or m${i - 1}`)),
      /at most 200000 checks with its macros/,
    ],
    [
      'macros on top of one another',
      macros(300, (i) => (i === 0 ? 'evt.num = 1' : `m${i - 1}`)),
      /at most 200 macros on top of one another/,
    ],
    [
      'macros that name each other',
      '- macro: a\n  condition: evt.num = 1\n- macro: b\n  condition: a\n- macro: a\n  condition: or b\n  override: {condition: append}\n',
      /reference loop in macro/,
    ],
    [
      'a large macro in many rules',
      macros(17, (i) => (i === 0 ? 'evt.num = 1' : `m${i - 1} or m${i - 1}`)) +
        Array.from({ length: 100 }, (_, i) => ruleOf('m16', { rule: `r${i}` })).join(''),
      /at most 5000000 checks in all rules/,
    ],
    [
      'a large list in many rules',
      `- list: l\n  items: [${'abcdefgh, '.repeat(50_000)}]\n${Array.from({ length: 100 }, (_, i) =>
        ruleOf('proc.name in (l)', { rule: `r${i}` }),
      ).join('')}`,
      /at most 33554432 characters in all conditions/,
    ],
    [
      'aliases that multiply',
      `- list: a\n  items: &i [${'x,'.repeat(50_000)}]\n${'- list: b\n  items: *i\n'.repeat(50)}`,
      /at most 2000000 YAML values with aliases followed/,
    ],
    ['an alias of itself', '- list: a\n  items: &i [*i]\n', /sequence value is not scalar/],
    ['YAML nested without end', '['.repeat(20_000), /YAML/],
    ['more tokens than memory for them', '- a\n'.repeat(300_000), /at most 1000000 YAML tokens/],
    ['more bytes than a rule file has', '#'.repeat(17 * 1024 * 1024), /at most 4194304 bytes/],
  ];
  test.each(cases)('%s', (_name, text, message) => {
    expect(errorOf(text)).toMatch(message);
  });
});
