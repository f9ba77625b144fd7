/**
 * Fuzzes the loading of rule files: good files with lines and bytes changed. Whatever comes,
 * loading ends and does not throw; every message has a place in the file; with an error there is no
 * rule, and without one every rule is whole.
 */
import assert from 'node:assert/strict';
import { FIELDS } from '#engine/fields/table.ts';
import type { Expr } from '#engine/rules/ast.ts';
import { loadRules } from '#engine/rules/load/load-rules.ts';
import { tableLookup } from '#engine/rules/load/table-lookup.ts';
import { Random } from './random.ts';

const ITEMS = [
  '- required_engine_version: 0.57.0\n',
  '- required_plugin_versions:\n  - name: container\n    version: 0.4.0\n    alternatives: [{name: x, version: 1.0.0}]\n',
  '- list: shells\n  items: [bash, sh, "with space"]\n',
  '- list: more\n  items: [shells, zsh]\n',
  '- list: shells\n  items: [ksh]\n  append: true\n',
  '- macro: opened\n  condition: evt.type in (open, openat) and fd.num >= 0\n',
  '- macro: shell\n  condition: (proc.name in (shells) or proc.pname in (more))\n',
  '- macro: opened\n  condition: or evt.type = openat2\n  override:\n    condition: append\n',
  '- rule: one\n  desc: d\n  condition: opened and shell\n  output: "x %proc.name %5fd.name"\n  priority: INFO\n  tags: [a, T1059.004]\n  midwatch: {tier: page, runbook: r-1, holdable: false}\n',
  '- rule: two\n  desc: >\n    folded\n    text\n  condition: >\n    evt.type = connect and\n    not fd.sip in (10.0.0.1)\n  output: x\n  priority: critical\n  exceptions:\n  - name: e\n    fields: [proc.name, fd.name]\n    comps: [in, startswith]\n    values:\n    - [[a, b], /etc]\n',
  '- rule: one\n  condition: and proc.name != x\n  enabled: false\n  override: {condition: append, enabled: replace}\n',
  '- rule: three\n  desc: d\n  condition: ka.verb = get\n  output: x\n  priority: INFO\n  source: k8s_audit\n  skip-if-unknown-filter: true\n',
  '---\n',
  '- &anchor\n  macro: anchored\n  condition: &cond proc.name = x\n',
  '- macro: aliased\n  condition: *cond\n',
] as const;

/** What most items need before them, and a rule. */
const PREAMBLE = [0, 2, 3, 5, 6, 8].map((index) => ITEMS[index]).join('');

const PIECES = [
  '',
  ' ',
  '\n',
  '\t',
  ':',
  '- ',
  '-',
  '*cond',
  '&a ',
  '!!binary ',
  '"',
  "'",
  '|',
  '>',
  '[',
  ']',
  '{',
  '}',
  ',',
  '#',
  '%',
  '\u0000',
  '\ufeff',
  '\u2028',
  '\r',
  '? ',
  '<<: *anchor\n',
  '  ',
  'append: true\n',
  'override:\n',
  'condition: ',
  'items: ',
  'null',
  '~',
  '~\n',
  'shells',
  'one',
  '...\n',
  '---\n',
  '@',
  '`',
] as const;

const fields = tableLookup(FIELDS);

/** One input; how many rules it had. */
export function fuzzRuleFileOnce(seed: number): number {
  const random = new Random(seed);
  let text = random.below(3) === 0 ? PREAMBLE : '';
  for (let left = 1 + random.below(3); left > 0; left--) text += random.pick(ITEMS);
  for (let left = random.below(5); left > 0; left--) text = bend(text, random);
  const { rules, diagnostics, hasErrors, macros } = loadRules([{ name: 'f', text }], { fields });
  const lines = text.split('\n').length;
  for (const { file, line, column, message } of diagnostics) {
    assert.equal(file, 'f');
    assert.ok(line >= 1 && line <= lines && column >= 1, `${line}:${column} ${message}`);
    assert.notEqual(message, '');
  }
  assert.equal(
    hasErrors,
    diagnostics.some(({ severity }) => severity === 'error'),
  );
  if (hasErrors) assert.equal(rules.length + macros.length, 0);
  for (const { condition } of [...rules, ...macros]) assert.ok(isWhole(condition));
  return rules.length;
}

function bend(text: string, random: Random): string {
  const at = random.below(text.length + 1);
  const length = random.below(3) === 0 ? 1 + random.below(30) : random.below(2);
  return text.slice(0, at) + random.pick(PIECES) + text.slice(at + length);
}

function isWhole(expr: Expr): boolean {
  switch (expr.kind) {
    case 'macro':
      return false;
    case 'check':
      return true;
    case 'not':
      return isWhole(expr.child);
    default:
      return expr.children.every(isWhole);
  }
}
