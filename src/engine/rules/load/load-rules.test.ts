import { describe, expect, test } from 'vitest';
import { printCondition } from '#engine/rules/language/print-condition.ts';
import { FIELD_FIXTURE, load, ruleOf, said } from './load-fixture.ts';
import { loadRules } from './load-rules.ts';

function conditionOf(text: string): string | undefined {
  const loaded = load(text);
  expect(said(loaded.diagnostics.filter(({ severity }) => severity === 'error'))).toEqual([]);
  const [rule] = loaded.rules;
  return rule && printCondition(rule.condition);
}

function errorOf(text: string): string | undefined {
  const { rules, diagnostics, hasErrors } = load(text);
  expect(hasErrors).toBe(true);
  expect(rules).toEqual([]);
  return said(diagnostics.filter(({ severity }) => severity === 'error'))[0];
}

const macro = (name: string, condition: string) => `- macro: ${name}\n  condition: ${condition}\n`;
const appendTo = (name: string) =>
  `- macro: ${name}\n  condition: or b\n  override: {condition: append}\n`;

const WITH_EXCEPTION = { exceptions: [{ name: 'e', fields: 'proc.name', values: ['a'] }] };
const MORE_VALUES =
  '- rule: r\n  exceptions: [{name: e, values: [b]}]\n  override: {exceptions: append}\n';

describe('loadRules puts together', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    [
      'lists, wherever they are defined',
      `${ruleOf('evt.type = open and proc.name in (l)')}- list: l\n  items: [sh, 'a b']\n`,
      '(evt.type = open and proc.name in (sh, "a b"))',
    ],
    [
      'lists in lists that were defined before',
      `- list: a\n  items: [x]\n- list: b\n  items: [a, y]\n${ruleOf('proc.name in (b)')}`,
      'proc.name in (x, y)',
    ],
    [
      'an empty list with its comma',
      `- list: none\n  items: []\n${ruleOf('proc.name in (a, none, b)')}`,
      'proc.name in (a, b)',
    ],
    [
      'a list of one as a bare value',
      `- list: one\n  items: [sh]\n${ruleOf('proc.name = one')}`,
      'proc.name = sh',
    ],
    [
      'macros that stand on macros',
      macro('a', 'evt.type = open') + macro('b', 'a and proc.name = x') + ruleOf('not b'),
      'not (evt.type = open and proc.name = x)',
    ],
    [
      'a macro seen by one that was appended to later',
      macro('a', 'proc.name = x') + macro('b', 'proc.name = y') + appendTo('a') + ruleOf('a'),
      '(proc.name = x or proc.name = y)',
    ],
    [
      'the last definition of a macro',
      macro('a', 'proc.name = x') + ruleOf('a') + macro('a', 'proc.name = y'),
      'proc.name = y',
    ],
    [
      'an appended list and condition',
      `- list: l\n  items: [a]\n- list: l\n  items: [b]\n  append: true\n${ruleOf('proc.name in (l)')}- rule: r\n  condition: and evt.num = 1\n  append: true\n`,
      '(proc.name in (a, b) and evt.num = 1)',
    ],
    [
      'exceptions of several fields',
      ruleOf('evt.type = open', {
        exceptions: [
          {
            name: 'e',
            fields: ['proc.name', 'fd.name'],
            comps: ['in', 'startswith'],
            values: [
              [['a', 'b c'], '/x'],
              ['c', '/y'],
            ],
          },
        ],
      }),
      '(evt.type = open and not ((proc.name in (a, "b c") and fd.name startswith /x) or (proc.name in (c) and fd.name startswith /y)))',
    ],
    [
      'exceptions of one field',
      ruleOf('evt.type = open', {
        exceptions: [{ name: 'e', fields: 'proc.name', values: ['a', 'b c'] }],
      }),
      '(evt.type = open and not proc.name in (a, "b c"))',
    ],
    [
      'exceptions with a modifier',
      ruleOf('evt.type = open', {
        exceptions: [
          { name: 'e', fields: ['fd.name'], comps: ['endswith anyof'], values: [[['.a', '.b']]] },
        ],
      }),
      '(evt.type = open and not fd.name endswith anyof (.a, .b))',
    ],
    [
      'exceptions whose comparisons have blanks around them',
      ruleOf('evt.type = open', {
        exceptions: [
          {
            name: 'e',
            fields: ['proc.name', 'fd.name'],
            comps: ['  contains  ', '  startswith   anyof  '],
            values: [['agent', ['/etc/', '/var/']]],
          },
        ],
      }),
      '(evt.type = open and not (proc.name contains agent and fd.name startswith anyof (/etc/, /var/)))',
    ],
    [
      'exceptions without values as nothing',
      ruleOf('evt.type = open', { exceptions: [{ name: 'e', fields: ['fd.name'] }] }),
      'evt.type = open',
    ],
    [
      'values appended to an exception',
      `${ruleOf('evt.type = open', WITH_EXCEPTION)}${MORE_VALUES}`,
      '(evt.type = open and not proc.name in (a, b))',
    ],
    [
      'what anchors stand for',
      `- macro: a\n  condition: &c proc.name = x\n- macro: b\n  condition: *c\n${ruleOf('a and b')}`,
      '(proc.name = x and proc.name = x)',
    ],
    [
      'several documents',
      `- macro: a\n  condition: proc.name = x\n---\n${ruleOf('a')}---\n`,
      'proc.name = x',
    ],
  ];
  test.each(cases)('%s', (_name, text, condition) => {
    expect(conditionOf(text)).toBe(condition);
  });
});

describe('loadRules refuses, with place, expected and found', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ['no YAML', '- a: [', '1:7 LOAD_ERR_YAML_PARSE expected YAML, found a mistake in it'],
    ['no list', 'a: b', '1:1 LOAD_ERR_YAML_VALIDATE Rules content is not yaml array of objects'],
    ['no map', '- x', '1:3 LOAD_ERR_YAML_VALIDATE Unexpected element type'],
    [
      'a missing key',
      '- list: a',
      "1:3 LOAD_ERR_YAML_VALIDATE Item has no mapping for key 'items'",
    ],
    [
      'a name without text',
      '- macro:',
      "1:3 LOAD_ERR_YAML_VALIDATE Mapping for key 'macro' is empty",
    ],
    [
      'an unknown field',
      '- rule: r\n  desc: d\n  condition: >\n    evt.type = open and\n    proc.nam = x\n  output: o\n  priority: INFO\n',
      '5:5 LOAD_ERR_COMPILE_CONDITION unknown field "proc.nam": did you mean "proc.name"?',
    ],
    [
      'an unknown event type behind a list',
      '- rule: r\n  desc: d\n  condition: evt.type in (kinds, opn)\n  output: o\n  priority: INFO\n- list: kinds\n  items: [close, openat]\n',
      '3:34 LOAD_ERR_COMPILE_CONDITION unknown event type opn: did you mean "open"?',
    ],
    [
      'a mistake in an appended piece',
      '- rule: r\n  desc: d\n  condition: evt.num = 1\n  output: o\n  priority: INFO\n- rule: r\n  condition: and (proc.name = x\n  append: true\n',
      "7:32 LOAD_ERR_COMPILE_CONDITION expected a ')' token, found the end of the condition",
    ],
    [
      'a mistake in a macro, where the macro is',
      '- macro: m\n  condition: "proc.name contains"\n- rule: r\n  desc: d\n  condition: m\n  output: o\n  priority: INFO\n',
      '2:33 LOAD_ERR_COMPILE_CONDITION expected a valid check operator',
    ],
    [
      'macros that stand on each other',
      macro('a', 'evt.num = 1') + macro('b', 'a') + macro('a', 'b'),
      "5:3 LOAD_ERR_VALIDATE reference loop in macro 'b'",
    ],
    [
      'a macro that stands on itself',
      macro('a', 'evt.num = 1') +
        '- macro: a\n  condition: or a\n  override: {condition: append}\n',
      "1:3 LOAD_ERR_VALIDATE reference loop in macro 'a'",
    ],
    [
      'an undefined macro',
      '- rule: r\n  desc: d\n  condition: evt.num = 1 and nosuch\n  output: o\n  priority: INFO\n',
      "3:30 LOAD_ERR_VALIDATE Undefined macro 'nosuch' used in filter.",
    ],
    [
      'an unknown output field',
      '- rule: r\n  desc: d\n  condition: evt.num = 1\n  output: "a %proc.name b %proc.pnme"\n  priority: INFO\n',
      '4:27 LOAD_ERR_COMPILE_OUTPUT unknown field "proc.pnme": did you mean "proc.pname"?',
    ],
    [
      'an output field that is for conditions',
      ruleOf('evt.num = 1', { output: 'a %fd.net' }),
      '1:64 LOAD_ERR_COMPILE_OUTPUT field "fd.net" can be used in conditions only',
    ],
    [
      'null in a list',
      '- list: l\n  items: [a, ~]\n',
      '2:14 LOAD_ERR_YAML_VALIDATE sequence value is not scalar',
    ],
    [
      'a transformer in an output that does not fit its field',
      ruleOf('evt.num = 1', { output: '%toupper(fd.num)' }),
      "1:62 LOAD_ERR_COMPILE_OUTPUT can't add field transformer: type 'INT64' is not supported by 'toupper'",
    ],
    [
      'an output that ends with a width',
      ruleOf('evt.num = 1', { output: 'a %5' }),
      '1:64 LOAD_ERR_COMPILE_OUTPUT invalid formatting syntax: formatting cannot end with a number',
    ],
    [
      'an output of which nothing is left',
      ruleOf('evt.num = 1', { output: '%container.info' }),
      '1:62 LOAD_ERR_COMPILE_OUTPUT empty formatting token',
    ],
    [
      'an output that ends with %, even where unknown names are skipped',
      ruleOf('evt.num = 1', { output: '5%', 'skip-if-unknown-filter': true }),
      '1:63 LOAD_ERR_COMPILE_OUTPUT invalid formatting syntax: formatting cannot end with a %',
    ],
    [
      'a field of another source',
      ruleOf('ka.verb = get'),
      '1:39 LOAD_ERR_COMPILE_CONDITION unknown field "ka.verb": it belongs to k8s_audit, not to syscall',
    ],
    [
      'a newer engine',
      '- required_engine_version: 0.99.0\n',
      '1:28 LOAD_ERR_VALIDATE Rules require engine version 0.99.0, but engine version is 0.62.0',
    ],
    [
      'an unknown plugin',
      '- required_plugin_versions: [{name: cloudtrail, version: 1.0.0}]\n',
      '1:30 LOAD_ERR_VALIDATE Plugin requirement not satisfied, must load one of: cloudtrail (>= 1.0.0)',
    ],
    [
      'a wrong priority',
      '- rule: r\n  desc: d\n  condition: evt.num = 1\n  output: o\n  priority: WARNNG\n',
      '5:13 LOAD_ERR_YAML_VALIDATE Invalid priority: expected one of Emergency, Alert, Critical, Error, Warning, Notice, Informational, Debug, found "WARNNG": did you mean "Warning"?',
    ],
    [
      'a wrong tier',
      '- rule: r\n  desc: d\n  condition: evt.num = 1\n  output: o\n  priority: INFO\n  midwatch:\n    tier: pager\n',
      '7:11 MIDWATCH_ERR_KEY expected midwatch.tier to be one of page, ticket, log, found "pager": did you mean "page"?',
    ],
  ];
  test.each(cases)('%s', (_name, text, expected) => {
    expect(errorOf(text)?.slice(0, expected.length)).toBe(expected);
  });
});

test('loadRules tells every item with an error, not only the first', () => {
  const text = `- list: a\n- macro: b\n${ruleOf('x', { priority: 'no' })}`;
  const { diagnostics } = load(text);
  expect(diagnostics.map(({ line, severity }) => `${severity} ${line}`)).toEqual([
    'error 1',
    'error 2',
    'error 3',
  ]);
});

test('loadRules keeps the first place of a rule that is defined again', () => {
  const a = ruleOf('evt.num = 1', { rule: 'a' });
  const b = ruleOf('evt.num = 2', { rule: 'b' });
  const again = ruleOf('evt.num = 3', { rule: 'a', priority: 'CRITICAL', tags: ['z', 'a', 'z'] });
  const { rules } = load(a + b + again);
  expect(rules.map(({ name, priority, tags }) => [name, priority, tags])).toEqual([
    ['a', 'Critical', ['a', 'z']],
    ['b', 'Informational', []],
  ]);
});

test('loadRules reads what only Midwatch has, and has a default for each', () => {
  const midwatch = { tier: 'log', runbook: 'shell-in-container', holdable: false };
  const text =
    ruleOf('evt.num = 1', { rule: 'own', midwatch, priority: 'ALERT' }) +
    ruleOf('evt.num = 1', { rule: 'page', priority: 'ALERT' }) +
    ruleOf('evt.num = 1', { rule: 'ticket', priority: 'WARNING' }) +
    ruleOf('evt.num = 1', { rule: 'log', priority: 'NOTICE' });
  const { rules, diagnostics } = load(text);
  expect(said(diagnostics).filter((line) => !line.includes('NO_EVTTYPE'))).toEqual([]);
  expect(rules.map(({ tier, runbook, holdable }) => [tier, runbook, holdable])).toEqual([
    ['log', 'shell-in-container', false],
    ['page', undefined, true],
    ['ticket', undefined, true],
    ['log', undefined, true],
  ]);
});

test('loadRules loads a file on top of those before it, and stops at a bad one', () => {
  const first = { name: 'a.yaml', text: '- macro: m\n  condition: evt.type = open\n' };
  const second = { name: 'b.yaml', text: ruleOf('m and nosuch') };
  const third = { name: 'c.yaml', text: '- macro: nosuch\n  condition: proc.name = x\n' };
  const options = { fields: FIELD_FIXTURE };
  const bad = loadRules([first, second, third], options);
  expect(bad.rules).toEqual([]);
  expect(bad.diagnostics.map(({ file, code }) => `${file} ${code}`)).toEqual([
    'b.yaml LOAD_ERR_VALIDATE',
  ]);
  const good = loadRules([first, third, second], options);
  expect(good.rules).toHaveLength(1);
  expect(good.rules[0]).toMatchObject({ file: 'b.yaml', line: 1, macros: ['m', 'nosuch'] });
});

test('loadRules skips what it is told to skip', () => {
  const skip = { 'skip-if-unknown-filter': true };
  const text =
    ruleOf('proc.nobody = x', { rule: 'field', ...skip }) +
    ruleOf('evt.type = nosuch', { rule: 'event', ...skip }) +
    ruleOf('evt.num = 1', { rule: 'output', output: '%proc.nobody', ...skip }) +
    ruleOf('other.field = 1', { rule: 'source', source: 'aws_cloudtrail' }) +
    ruleOf('evt.type = open', { rule: 'good' });
  const { rules, diagnostics, hasErrors } = load(text);
  expect(hasErrors).toBe(false);
  expect(rules.map(({ name }) => name)).toEqual(['good']);
  expect(diagnostics.map(({ code, item }) => `${item} ${code}`)).toEqual([
    'source LOAD_UNKNOWN_SOURCE',
    'field LOAD_UNKNOWN_FILTER',
    'event LOAD_UNKNOWN_FILTER',
    'output LOAD_UNKNOWN_FILTER',
  ]);
});

test('loadRules applies minimum priority and selection', () => {
  const text =
    ruleOf('evt.type = open', { rule: 'debug one', priority: 'DEBUG', tags: ['a'] }) +
    ruleOf('evt.type = open', { rule: 'error one', priority: 'ERROR', tags: ['a'] }) +
    ruleOf('evt.type = open', { rule: 'alert one', priority: 'ALERT', enabled: false });
  const { rules } = load(text, {
    minimumPriority: 'Error',
    selection: [
      { action: 'disable', tag: 'a' },
      { action: 'enable', rule: 'alert*' },
    ],
  });
  expect(rules.map(({ name, enabled }) => `${name} ${enabled}`)).toEqual([
    'error one false',
    'alert one true',
  ]);
});
