import type { Operand } from '#engine/rules/ast.ts';
import { OUTPUT_NAME_CHARS, OUTPUT_WIDTH_MAX } from '#model/limits.ts';
import { ConditionError } from './condition-error.ts';
import type { Cursor } from './cursor.ts';
import { PATTERNS } from './cursor.ts';
import { takeField, takeTransform } from './parse-operand.ts';

/** What an output may name. */
export interface OutputNames {
  /** What is wrong with a field or transformer; undefined: it can be used. */
  problemOf(operand: Operand): string | undefined;
  /** Whether there is a field that an output can have, without an argument. */
  has(name: string): boolean;
}

/**
 * What a `%` in an output stands for: the longest beginning of what follows that can be used, as in
 * Falco. `%proc.names` is the field proc.name and an s, `%proc.name[1]` that field and "[1]". The
 * cursor is left behind it; without one, the problem is that of the longest.
 */
export function takeOutputOperand(
  cursor: Cursor,
  names: OutputNames,
): { readonly operand: Operand } | { readonly problem: string } {
  const start = cursor.at;
  const whole = takeWhole(cursor);
  const problem = typeof whole === 'string' ? whole : names.problemOf(whole);
  if (typeof whole !== 'string' && problem === undefined) return { operand: whole };
  cursor.at = start;
  const longest = cursor.takePattern(PATTERNS.fieldName) ?? '';
  for (let end = Math.min(longest.length, OUTPUT_NAME_CHARS); end > 0; end--) {
    const name = longest.slice(0, end);
    if (!names.has(name)) continue;
    cursor.at = start + end;
    return { operand: { kind: 'field', name, position: start } };
  }
  return { problem: problem ?? '' };
}

function takeWhole(cursor: Cursor): Operand | string {
  try {
    const operand = takeField(cursor) ?? takeTransform(cursor);
    return operand ?? `invalid formatting token: ${cursor.expected('a field').message}`;
  } catch (error) {
    if (!(error instanceof ConditionError)) throw error;
    return `invalid formatting token: ${error.message}`;
  }
}

/** What is wrong with a field's width. */
export function tooWide(width: number): string {
  return `invalid formatting token: a field is at most ${OUTPUT_WIDTH_MAX} wide, found ${width}`;
}
