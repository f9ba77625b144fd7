import { describe, expect, test } from 'vitest';
import { load, ruleOf, said } from './load-fixture.ts';

describe('loadRules warns', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ['of an unknown key', ruleOf('evt.type = open', { prioriti: 'x' }), 'LOAD_UNKNOWN_KEY'],
    ['of an unknown item', '- macr: x\n', 'LOAD_UNKNOWN_ITEM'],
    ['of a macro nobody uses', '- macro: m\n  condition: evt.num = 1\n', 'LOAD_UNUSED_MACRO'],
    ['of a list nobody uses', '- list: m\n  items: []\n', 'LOAD_UNUSED_LIST'],
    [
      'of a macro with an odd name',
      '- macro: a-b\n  condition: evt.num = 1\n',
      'LOAD_INVALID_MACRO_NAME',
    ],
    ['of a rule without event types', ruleOf('proc.name = x'), 'LOAD_NO_EVTTYPE'],
    [
      'of a rule on no event type',
      ruleOf('evt.type = open and evt.type = close'),
      'LOAD_NO_EVTTYPE',
    ],
    ['of evt.dir', ruleOf('evt.type = open and evt.dir = <'), 'LOAD_DEPRECATED_ITEM'],
    [
      'of a field used as text',
      ruleOf('evt.type = open and proc.name = proc.pname'),
      'LOAD_COMPILE_CONDITION',
    ],
    [
      'of a simple pattern',
      ruleOf('evt.type = open and fd.name regex /etc/.*'),
      'LOAD_COMPILE_CONDITION',
    ],
    ['of <NA>', ruleOf('ka.verb = <NA>', { source: 'k8s_audit' }), 'LOAD_UNSAFE_NA_CHECK'],
    [
      'of <NA> of a field in a transformer',
      ruleOf('concat(proc.name, tolower(ka.verb)) = <NA>', { source: 'k8s_audit' }),
      'LOAD_UNSAFE_NA_CHECK',
    ],
    [
      'of != on ancestors',
      ruleOf('evt.type = open and proc.aname != x'),
      'LINT_ANCESTOR_NOT_EQUAL',
    ],
    [
      'of != on what may be null',
      ruleOf('evt.type = open and fd.name != x'),
      'LINT_NULL_NOT_EQUAL',
    ],
    [
      'of != anyof',
      ruleOf('evt.type = open and proc.name != anyof (a, b)'),
      'LINT_NOT_EQUAL_ANYOF',
    ],
    [
      'of several networks',
      ruleOf('evt.type = open and fd.net in (10.0.0.0/8, 11.0.0.0/8)'),
      'LINT_NET_IN',
    ],
    ['of domain names', ruleOf('evt.type = open and fd.sip.name = a.b'), 'LINT_DOMAIN_NAME'],
    [
      'of a list inside of a text',
      `- list: sh\n  items: [bash]\n${ruleOf('evt.type = open and proc.name = "a sh b"')}`,
      'LINT_LIST_IN_TEXT',
    ],
    [
      'of an "and" appended to an "or"',
      ruleOf('evt.type = open or evt.type = close') +
        '- rule: r\n  condition: and proc.name = x\n  override: {condition: append}\n',
      'LINT_APPEND_PRECEDENCE',
    ],
  ];
  test.each(cases)('%s', (_name, text, code) => {
    const { hasErrors, diagnostics } = load(text);
    expect(said(diagnostics.filter(({ severity }) => severity === 'error'))).toEqual([]);
    expect(hasErrors).toBe(false);
    expect(diagnostics.map((one) => one.code)).toContain(code);
    const quiet = load(text, { lints: false }).diagnostics.map((one) => one.code);
    expect(quiet.includes(code)).toBe(code.startsWith('LOAD'));
  });
});

test('loadRules says nothing about a rule without a trap', () => {
  expect(
    load(ruleOf('evt.type = open and not fd.name = x and proc.name != y')).diagnostics,
  ).toEqual([]);
});

describe('loadRules warns of a condition that it refuses', () => {
  const cases: readonly (readonly [string, string, readonly string[]])[] = [
    ['of evt.dir, wherever it stands', 'proc.nam = x and evt.dir = <', ['LOAD_DEPRECATED_ITEM']],
    ['not of what may be misused', 'proc.name = proc.pname and proc.nam = x', []],
  ];
  test.each(cases)('%s', (_name, condition, codes) => {
    const { diagnostics, hasErrors } = load(ruleOf(condition));
    expect(hasErrors).toBe(true);
    const warnings = diagnostics.filter(({ severity }) => severity === 'warning');
    expect(warnings.map(({ code }) => code)).toEqual(codes);
  });
});
