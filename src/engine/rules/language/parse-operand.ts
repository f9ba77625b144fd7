import type {
  FieldRef,
  Operand,
  TransformArg,
  Transformer,
  TransformRef,
} from '#engine/rules/ast.ts';
import { TRANSFORMERS } from '#engine/rules/ast.ts';
import { toByteString } from '#lib/byte-string.ts';
import { CONDITION_TRANSFORMER_DEPTH } from '#model/limits.ts';
import { ConditionError } from './condition-error.ts';
import type { Cursor } from './cursor.ts';
import { PATTERNS } from './cursor.ts';

const OPENINGS = TRANSFORMERS.map((name) => `${name}(` as const);

/** `name.name[argument]`, if one stands here. */
export function takeField(cursor: Cursor): FieldRef | undefined {
  const position = cursor.at;
  const name = cursor.takePattern(PATTERNS.fieldName);
  if (name === undefined) return undefined;
  if (!cursor.take('[')) return { kind: 'field', name, position };
  const isSingleQuoted = cursor.text[cursor.at] === "'";
  const argument = cursor.takeQuoted() ?? cursor.takePattern(PATTERNS.fieldArgument);
  // Falco's parser tests count [""] as an argument and [''] as none.
  if (argument === undefined || (argument === '' && isSingleQuoted)) {
    throw cursor.expected('a valid field argument: a quoted string or a bare string');
  }
  if (!cursor.take(']')) throw cursor.expected("a ']' token");
  return { kind: 'field', name, arg: toByteString(argument), position };
}

/** `tolower(…)` and the like, if one stands here. */
export function takeTransform(cursor: Cursor, depth = 0): TransformRef | undefined {
  const position = cursor.at;
  const opening = cursor.takeOneOf(OPENINGS);
  if (opening === undefined) return undefined;
  if (depth >= CONDITION_TRANSFORMER_DEPTH) {
    throw new ConditionError(
      `expected at most ${CONDITION_TRANSFORMER_DEPTH} transformers inside one another`,
      position,
    );
  }
  const args: TransformArg[] = [];
  do {
    args.push(parseArgument(cursor, depth));
    cursor.skipBlanks();
  } while (cursor.take(','));
  if (!cursor.take(')')) throw cursor.expected("a ')' token closing the transformer");
  return { ...withOption(cursor, nameOf(opening), args), position };
}

function nameOf(opening: (typeof OPENINGS)[number]): Transformer {
  const name = TRANSFORMERS.find((candidate) => opening === `${candidate}(`);
  return name ?? 'tolower';
}

/** Only `getopt` has one: the option's letter, in brackets after it. */
function withOption(
  cursor: Cursor,
  name: Transformer,
  args: readonly TransformArg[],
): Omit<TransformRef, 'position'> {
  if (name !== 'getopt' || !cursor.take('[')) return { kind: 'transform', name, args };
  const option = cursor.takeQuoted() ?? cursor.takePattern(PATTERNS.fieldArgument);
  if (option === undefined) throw cursor.expected("an option's letter");
  if (!cursor.take(']')) throw cursor.expected("a ']' token");
  return { kind: 'transform', name, args, option: toByteString(option) };
}

function parseArgument(cursor: Cursor, depth: number): TransformArg {
  cursor.skipBlanks();
  if (cursor.take('(')) return parseArgumentList(cursor, depth);
  const argument = takeArgument(cursor, depth);
  if (argument === undefined) {
    throw cursor.expected(
      'field transformer argument: field, transformer, quoted string, number, or transformer list',
    );
  }
  return argument;
}

function parseArgumentList(cursor: Cursor, depth: number): TransformArg {
  const items: TransformArg[] = [];
  cursor.skipBlanks();
  if (cursor.take(')')) return { kind: 'list', items };
  do {
    cursor.skipBlanks();
    const item = takeArgument(cursor, depth);
    if (item === undefined) {
      throw cursor.expected(
        'transformer list argument: field, transformer, quoted string, or number',
      );
    }
    items.push(item);
    cursor.skipBlanks();
  } while (cursor.take(','));
  if (!cursor.take(')')) throw cursor.expected("')'");
  return { kind: 'list', items };
}

function takeArgument(cursor: Cursor, depth: number): TransformArg | undefined {
  const number = takeNumber(cursor);
  if (number !== undefined) return { kind: 'number', value: number };
  const text = cursor.takeQuoted();
  if (text !== undefined) return { kind: 'text', value: toByteString(text) };
  return takeTransform(cursor, depth + 1) ?? takeField(cursor);
}

export function takeNumber(cursor: Cursor): string | undefined {
  return cursor.takePattern(PATTERNS.hexNumber) ?? cursor.takePattern(PATTERNS.number);
}

/** The right side's `val(field)` or a transformer, if one stands here. */
export function takeRightOperand(cursor: Cursor): Operand | undefined {
  cursor.skipBlanks();
  if (!cursor.take('val(')) return takeTransform(cursor);
  cursor.skipBlanks();
  const field = takeField(cursor);
  if (field === undefined) throw cursor.expected("a field within 'val' transformer");
  cursor.skipBlanks();
  if (!cursor.take(')')) throw cursor.expected("a ')' token closing the transformer");
  return field;
}
