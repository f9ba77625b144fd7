/**
 * Fuzzes the parser of conditions. Whatever text comes, the answer is a tree or a ConditionError
 * with a place in the text; a tree that was written out at random reads back as itself.
 */
import assert from 'node:assert/strict';
import type { Check, Expr, FieldRef, Right } from '#engine/rules/ast.ts';
import { MODIFIERS } from '#engine/rules/ast.ts';
import { ConditionError } from '#engine/rules/language/condition-error.ts';
import { parseCondition } from '#engine/rules/language/parse-condition.ts';
import { printCondition } from '#engine/rules/language/print-condition.ts';
import { eventTypesOf } from '#engine/rules/load/event-types.ts';
import { Random } from './random.ts';

const TOKENS = [
  'and',
  'or',
  'not',
  'not(',
  '(',
  ')',
  ' ',
  '  ',
  '\n',
  '\t',
  ',',
  '=',
  '==',
  '!=',
  '<',
  '<=',
  '>=',
  'in',
  'intersects',
  'pmatch',
  'exists',
  'contains',
  'startswith ',
  'glob ',
  'regex ',
  'oneof ',
  'anyof ',
  'allof (',
  'val(',
  'tolower(',
  'b64(',
  'join("-", (',
  'getopt(',
  '[',
  ']',
  '"',
  "'",
  '\\',
  '\\"',
  'evt.type',
  'fd.name',
  'proc.aname[2]',
  'a.b[""]',
  'macro_name',
  'open',
  '/etc/*',
  '0x1f',
  '-12.5e+3',
  '\u0000',
  '\u00e9',
  '\ud83d',
  '\u00a0',
  '\b',
  '\v',
  '%',
  '#',
  '{',
  '}',
  '.',
  '..',
] as const;

/** One input; whether it was a condition. */
export function fuzzConditionOnce(seed: number): boolean {
  const random = new Random(seed);
  if (random.below(4) === 0) {
    readsBack(random);
    return true;
  }
  const text = random.below(2) === 0 ? soup(random) : bent(random);
  try {
    const expr = parseCondition(text);
    assert.equal(typeof printCondition(expr), 'string');
    assert.ok(eventTypesOf(expr).size <= 1000);
    return true;
  } catch (error) {
    assert.ok(error instanceof ConditionError, String(error));
    assert.ok(error.offset >= 0 && error.offset <= text.length, `offset ${error.offset}`);
    return false;
  }
}

function soup(random: Random): string {
  let text = '';
  for (let left = 1 + random.below(40); left > 0; left--) {
    text += random.pick(TOKENS) + (random.below(3) === 0 ? ' ' : '');
  }
  return text;
}

/** A good condition with one to four things changed in it. */
function bent(random: Random): string {
  let text = write(treeOf(random, 3), random);
  for (let left = 1 + random.below(4); left > 0; left--) {
    const at = random.below(text.length + 1);
    const end = random.below(2) === 0 ? at : Math.min(text.length, at + 1 + random.below(6));
    text = text.slice(0, at) + random.pick(['', ...TOKENS]) + text.slice(end);
  }
  return text;
}

function readsBack(random: Random): void {
  const tree = treeOf(random, 4);
  const text = write(tree, random);
  assert.equal(printCondition(parseCondition(text)), printCondition(tree), text);
}

function treeOf(random: Random, depth: number): Expr {
  const kind = depth === 0 ? 4 : random.below(6);
  if (kind === 0) return { kind: 'not', child: treeOf(random, depth - 1) };
  if (kind === 1 || kind === 2) {
    const children = Array.from({ length: 2 + random.below(3) }, () => treeOf(random, depth - 1));
    return { kind: kind === 1 ? 'and' : 'or', children };
  }
  if (kind === 3)
    return { kind: 'macro', name: random.pick(['open_read', 'x', 'notx']), position: 0 };
  return checkOf(random);
}

const NAMES = ['evt.type', 'fd.name', 'proc.name', 'ka.req.pod.volumes.hostpath'] as const;
const TEXTS = ['a', '/etc/passwd', 'two words', '"', "it's", '', 'tab\there', 'in', 'oneof', '(x)'];

function fieldOf(random: Random): FieldRef {
  const name = random.pick(NAMES);
  const arg = random.pick(['', '0', 'flags', 'with space', 'quote"d']);
  return { kind: 'field', name, position: 0, ...(arg === '' ? {} : { arg }) };
}

function checkOf(random: Random): Check {
  const base = { kind: 'check', left: fieldOf(random), position: 0 } as const;
  switch (random.below(6)) {
    case 0:
      return { ...base, operator: 'exists', right: { kind: 'none' } };
    case 1:
      return { ...base, operator: random.pick(['<', '<=', '>', '>=']), right: number(random) };
    case 2:
      return {
        ...base,
        operator: random.pick(['in', 'intersects', 'pmatch']),
        right: list(random),
      };
    case 3:
      return {
        ...base,
        operator: random.pick(['=', '!=', 'contains', 'glob']),
        modifier: random.pick(MODIFIERS),
        right: list(random),
      };
    case 4: {
      const right = { kind: 'operand', operand: fieldOf(random) } as const;
      return { ...base, operator: random.pick(['=', '!=', 'startswith', 'in']), right };
    }
    default:
      return {
        ...base,
        operator: random.pick(['=', '!=', 'contains', 'icontains', 'endswith', 'regex', 'iglob']),
        right: { kind: 'value', value: random.pick(TEXTS) },
      };
  }
}

function number(random: Random): Right {
  return { kind: 'value', value: random.pick(['0', '-1', '+12', '0x1F', '1.5', '2e+10']) };
}

function list(random: Random): Right {
  const values = Array.from({ length: random.below(4) }, () => random.pick(TEXTS));
  return { kind: 'list', values };
}

function write(expr: Expr, random: Random): string {
  switch (expr.kind) {
    case 'not':
      return random.below(2) === 0
        ? `not(${blank(random)}${write(expr.child, random)})`
        : `not (${write(expr.child, random)}${blank(random)})`;
    case 'and':
    case 'or': {
      const parts = expr.children.map((child) => group(child, random));
      return parts.join(` ${blank(random)}${expr.kind}${random.pick([' ', '\n', '\t'])}`);
    }
    case 'macro':
      return expr.name;
    case 'check':
      return writeCheck(expr, random);
  }
}

function group(expr: Expr, random: Random): string {
  const text = write(expr, random);
  return expr.kind === 'and' || expr.kind === 'or' || random.below(4) === 0 ? `(${text})` : text;
}

function blank(random: Random): string {
  return random.pick(['', '', ' ', '\n', ' \t ']);
}

function writeCheck(check: Check, random: Random): string {
  const { left, operator, modifier, right } = check;
  const parts = [writeField(left.kind === 'field' ? left : undefined), operator, modifier];
  return `${parts.filter((part) => part !== undefined).join(' ')} ${writeRight(right, random)}`;
}

function writeField(ref: FieldRef | undefined): string {
  if (ref === undefined) return '';
  return ref.arg === undefined ? ref.name : `${ref.name}[${quote(ref.arg)}]`;
}

function writeRight(right: Right, random: Random): string {
  switch (right.kind) {
    case 'none':
      return '';
    case 'value':
      return /^[+-]?[0-9]/.test(right.value) ? right.value : quote(right.value);
    case 'list':
      return writeList(right.values, random);
    case 'operand':
      return right.operand.kind === 'field'
        ? `val(${blank(random)}${writeField(right.operand)})`
        : '';
  }
}

function writeList(values: readonly string[], random: Random): string {
  const items = values.map((value) => `${blank(random)}${quote(value)}${blank(random)}`);
  return `(${items.join(',')})`;
}

function quote(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&').replaceAll('\t', '\\t')}"`;
}
