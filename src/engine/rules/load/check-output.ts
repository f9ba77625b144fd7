import { ConditionError } from '#engine/rules/language/condition-error.ts';
import { Cursor } from '#engine/rules/language/cursor.ts';
import { takeField, takeTransform } from '#engine/rules/language/parse-operand.ts';
import type { FieldLookup } from './field-lookup.ts';
import { fieldsOf, resolveField, unknownField } from './field-lookup.ts';

export interface OutputProblem {
  readonly message: string;
  readonly offset: number;
  /** Whether `skip-if-unknown-filter` may look past it. */
  readonly isUnknownName: boolean;
}

function incomplete(what: string, offset: number): OutputProblem {
  const message = `invalid formatting syntax: formatting ${what}`;
  return { message, offset, isUnknownName: false };
}

/** What is wrong with a rule's output format: every `%` must begin a known field or transformer. */
export function outputProblem(
  output: string,
  lookup: FieldLookup,
  source: string,
): OutputProblem | undefined {
  if (output === '') return { message: 'empty formatting token', offset: 0, isUnknownName: false };
  const cursor = new Cursor(output);
  for (let at = output.indexOf('%'); at !== -1; at = output.indexOf('%', cursor.at)) {
    cursor.at = at + 1;
    const width = cursor.takePattern(/[0-9]+/y);
    if (cursor.atEnd)
      return incomplete(`cannot end with a ${width === undefined ? '%' : 'number'}`, at);
    const message = tokenProblem(cursor, lookup, source);
    if (message !== undefined) return { message, offset: at, isUnknownName: true };
  }
  return undefined;
}

function tokenProblem(cursor: Cursor, lookup: FieldLookup, source: string): string | undefined {
  const start = cursor.at;
  try {
    const operand = takeField(cursor) ?? takeTransform(cursor);
    if (operand === undefined)
      return `invalid formatting token: ${cursor.expected('a field').message}`;
    for (const ref of fieldsOf(operand)) {
      const resolved = resolveField(lookup, ref, source) ?? prefixOf(lookup, ref.name, source);
      if (resolved === undefined) return unknownField(lookup, ref, source);
      if (resolved.wrong !== undefined) return resolved.wrong;
      if (resolved.facts.filterOnly) return `field "${ref.name}" can be used in conditions only`;
    }
    return undefined;
  } catch (error) {
    if (!(error instanceof ConditionError)) throw error;
    cursor.at = Math.max(cursor.at, start);
    return `invalid formatting token: ${error.message}`;
  }
}

/** `%proc.names`: the longest field that begins the name is meant, the rest is text. */
function prefixOf(lookup: FieldLookup, name: string, source: string) {
  for (let end = name.length - 1; end > 0; end--) {
    const ref = { kind: 'field', name: name.slice(0, end), position: 0 } as const;
    const resolved = resolveField(lookup, ref, source);
    if (resolved !== undefined) return resolved;
  }
  return undefined;
}
