import { describe, expect, test } from 'vitest';
import type { AppendedOutput } from './append-output.ts';
import { load, ruleOf, said } from './load-fixture.ts';

const NOTHING: AppendedOutput = { tags: [], fields: [], suggested: false };
const RULES =
  ruleOf('evt.type = open', { rule: 'a', output: 'a', tags: ['t1'] }) +
  ruleOf('evt.type = open', { rule: 'b', output: 'b', tags: ['t1', 't2'] }) +
  ruleOf('ka.verb = get', { rule: 'c', output: 'c', source: 'k8s_audit' });

function outputsOf(...appendOutput: readonly AppendedOutput[]): readonly string[] {
  const { rules, diagnostics } = load(RULES, { appendOutput });
  expect(said(diagnostics)).toEqual([]);
  return rules.map(({ output }) => output);
}

describe('append_output adds', () => {
  const more = 'n=%evt.num';
  const cases: readonly (readonly [string, Partial<AppendedOutput>, readonly string[]])[] = [
    ['to all', { format: more }, ['a n=%evt.num', 'b n=%evt.num', 'c n=%evt.num']],
    ['to one rule', { format: more, rule: 'b' }, ['a', 'b n=%evt.num', 'c']],
    ['to a source', { format: more, source: 'k8s_audit' }, ['a', 'b', 'c n=%evt.num']],
    ['to all of some tags', { format: more, tags: ['t2', 't1'] }, ['a', 'b n=%evt.num', 'c']],
    ['nothing where no field is suggested', { suggested: true }, ['a', 'b', 'c']],
  ];
  test.each(cases)('%s', (_name, entry, outputs) => {
    expect(outputsOf({ ...NOTHING, ...entry })).toEqual(outputs);
  });

  test('one after another', () => {
    const entries = [
      { ...NOTHING, format: '1', tags: ['t1'] },
      { ...NOTHING, format: '2', rule: 'b' },
    ];
    expect(outputsOf(...entries)).toEqual(['a 1', 'b 1 2', 'c']);
  });

  test('fields, the last of a name', () => {
    const first = { name: 'x', format: 'old', isRaw: false };
    const last = { name: 'x', format: 'p=%proc.name', isRaw: false };
    const entries = [first, last].map((field) => ({ ...NOTHING, rule: 'a', fields: [field] }));
    const { rules } = load(RULES, { appendOutput: entries });
    expect(rules.map(({ extraFields }) => extraFields)).toEqual([[last], undefined, undefined]);
  });
});

test('append_output that no rule can print is an error', () => {
  const fields = [{ name: 'x', format: '%proc.nam', isRaw: true }];
  const { diagnostics } = load(RULES, { appendOutput: [{ ...NOTHING, rule: 'a', fields }] });
  expect(said(diagnostics)[0]).toMatch(/LOAD_ERR_COMPILE_OUTPUT unknown field "proc.nam"/);
});
