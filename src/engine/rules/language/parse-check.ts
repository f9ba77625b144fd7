import type { Check, Modifier, Operand, Operator, Right } from '#engine/rules/ast.ts';
import { MODIFIERS, TRANSFORMERS } from '#engine/rules/ast.ts';
import { toByteString } from '#lib/byte-string.ts';
import type { ConditionError } from './condition-error.ts';
import type { Cursor } from './cursor.ts';
import { PATTERNS } from './cursor.ts';
import { takeField, takeNumber, takeRightOperand, takeTransform } from './parse-operand.ts';

// Of tokens of which one begins another, the longer stands first: the first that fits is taken.
const NUMBER_OPERATORS = ['<=', '<', '>=', '>'] as const;
const SIGN_OPERATORS = ['==', '=', '!='] as const;
const WORD_OPERATORS = [
  'glob',
  'iglob',
  'contains',
  'icontains',
  'bcontains',
  'startswith',
  'bstartswith',
  'endswith',
  'regex',
] as const;
const LIST_OPERATORS = ['intersects', 'in', 'pmatch'] as const;

/** Every comparison as rule files write it; what an exception may name under `comps`. */
export const COMPARISONS: readonly string[] = [
  'exists',
  ...NUMBER_OPERATORS,
  ...SIGN_OPERATORS,
  ...WORD_OPERATORS,
  ...LIST_OPERATORS,
];
export const LIST_COMPARISONS: readonly string[] = LIST_OPERATORS;

/** Comparisons to which `oneof`, `anyof` or `allof` may be added. */
export const MODIFIABLE_COMPARISONS: readonly string[] = [...SIGN_OPERATORS, ...WORD_OPERATORS];

const quote = (names: readonly string[]): string => names.map((name) => `'${name}'`).join(', ');
const OR_A_TRANSFORMER = `a field with a valid transformer: ${quote(['val', ...TRANSFORMERS])}`;

type Comparison = Pick<Check, 'operator' | 'right' | 'modifier' | 'doubled'>;

/** A field or transformer with its comparison, if one begins here. */
export function takeCheck(cursor: Cursor): Check | undefined {
  const position = cursor.at;
  const left: Operand | undefined = takeField(cursor) ?? takeTransform(cursor);
  if (left === undefined) return undefined;
  return { kind: 'check', left, ...parseComparison(cursor), position };
}

function parseComparison(cursor: Cursor): Comparison {
  cursor.skipBlanks();
  if (cursor.take('exists')) return { operator: 'exists', right: { kind: 'none' } };
  const number = cursor.takeOneOf(NUMBER_OPERATORS);
  if (number !== undefined) return { operator: number, right: parseNumber(cursor) };
  const sign = cursor.takeOneOf(SIGN_OPERATORS);
  if (sign === '==') return { ...parseText(cursor, '=', cursor.skipBlanks()), doubled: true };
  if (sign !== undefined) return parseText(cursor, sign, cursor.skipBlanks());
  const word = cursor.takeOneOf(WORD_OPERATORS);
  if (word !== undefined && cursor.skipBlanks()) return parseText(cursor, word, true);
  const list = cursor.takeOneOf(LIST_OPERATORS);
  if (list !== undefined) return { operator: list, right: parseListOrOperand(cursor) };
  throw cursor.expected(`a valid check operator: one of ${quote(COMPARISONS)}`);
}

function parseNumber(cursor: Cursor): Right {
  const operand = takeRightOperand(cursor);
  if (operand !== undefined) return { kind: 'operand', operand };
  const value = takeNumber(cursor);
  if (value === undefined) throw cursor.expected(`a number value or ${OR_A_TRANSFORMER}`);
  return { kind: 'value', value };
}

function parseText(cursor: Cursor, operator: Operator, hadBlank: boolean): Comparison {
  const modified = hadBlank ? takeModified(cursor) : undefined;
  if (modified !== undefined) return { operator, ...modified };
  const operand = takeRightOperand(cursor);
  if (operand !== undefined) return { operator, right: { kind: 'operand', operand } };
  const value = takeText(cursor);
  if (value === undefined) throw cursor.expected(`a string value or ${OR_A_TRANSFORMER}`);
  return { operator, right: { kind: 'value', value } };
}

/**
 * `oneof (…)` or `oneof list`. Without a list after it the word is the value itself, so this may
 * have to go back: in `x = oneof or y exists` nothing is modified.
 */
function takeModified(cursor: Cursor): { modifier: Modifier; right: Right } | undefined {
  const { at, last } = cursor;
  const modifier = cursor.takeOneOf(MODIFIERS);
  if (modifier !== undefined && cursor.skipBlanks()) {
    const right = takeList(cursor) ?? takeListName(cursor);
    if (right !== undefined) return { modifier, right };
  }
  cursor.at = at;
  cursor.last = last;
  return undefined;
}

function takeListName(cursor: Cursor): Right | undefined {
  const { at } = cursor;
  const value = cursor.takePattern(PATTERNS.identifier);
  if (value === undefined) return undefined;
  if (value !== 'and' && value !== 'or') return { kind: 'list', values: [value], bare: true };
  cursor.at = at;
  return undefined;
}

function parseListOrOperand(cursor: Cursor): Right {
  cursor.skipBlanks();
  const list = takeList(cursor);
  if (list !== undefined) return list;
  const operand = takeRightOperand(cursor);
  if (operand !== undefined) return { kind: 'operand', operand };
  const name = cursor.takePattern(PATTERNS.identifier);
  if (name === undefined) throw cursor.expected(`a list, an identifier, or ${OR_A_TRANSFORMER}`);
  return { kind: 'list', values: [name], bare: true };
}

function takeList(cursor: Cursor): Right | undefined {
  if (!cursor.take('(')) return undefined;
  const values: string[] = [];
  cursor.skipBlanks();
  const first = takeText(cursor);
  if (first !== undefined) {
    values.push(first);
    cursor.skipBlanks();
    while (cursor.take(',')) {
      values.push(parseListItem(cursor));
      cursor.skipBlanks();
    }
  }
  if (!cursor.take(')')) throw cursor.expected("a ')' token");
  return { kind: 'list', values };
}

function parseListItem(cursor: Cursor): string {
  cursor.skipBlanks();
  const value = takeText(cursor);
  if (value === undefined) throw cursor.expected('a string value');
  return value;
}

function takeText(cursor: Cursor): string | undefined {
  const value = cursor.takeQuoted() ?? cursor.takePattern(PATTERNS.bareText);
  return value === undefined ? undefined : toByteString(value);
}

/** A macro's name, if one stands here. */
export function takeMacroName(cursor: Cursor): { name: string; position: number } | undefined {
  const position = cursor.at;
  const name = cursor.takePattern(PATTERNS.identifier);
  return name === undefined ? undefined : { name, position };
}

export function expectedTerm(cursor: Cursor): ConditionError {
  return cursor.expected("a '(' token, a field check, or an identifier");
}
