import { MODIFIERS } from '#engine/rules/ast.ts';
import {
  COMPARISONS,
  LIST_COMPARISONS,
  MODIFIABLE_COMPARISONS,
} from '#engine/rules/language/parse-check.ts';
import { parseLeftSide } from '#engine/rules/language/parse-condition.ts';
import type { ExceptionEntry, ExceptionPart } from './entries.ts';
import type { FieldLookup } from './field-lookup.ts';
import { fieldsOf, resolveField, unknownField } from './field-lookup.ts';
import type { Located } from './item.ts';
import { didYouMean } from './item.ts';
import { LoadError } from './report.ts';

interface Context {
  readonly rule: string;
  /** undefined: of a source that is not known, so that its fields are not known either. */
  readonly fields: FieldLookup | undefined;
  readonly source: string;
}

export function isText(part: ExceptionPart | undefined): part is Located {
  return part !== undefined && 'text' in part;
}

/** Whether a comparison may be written with a list in parentheses behind it. */
export function takesList(comparison: string): boolean {
  return LIST_COMPARISONS.includes(comparison) || isModified(comparison);
}

/** `startswith oneof`: the comparison and its modifier with a blank between them. */
function isModified(comparison: string): boolean {
  const [operator = '', modifier, ...rest] = comparison.trim().split(/\s+/);
  if (rest.length > 0 || !MODIFIABLE_COMPARISONS.includes(operator)) return false;
  return MODIFIERS.some((known) => known === modifier);
}

/** The exception with its comparisons filled in; throws LoadError where it cannot work. */
export function checkException(entry: ExceptionEntry, context: Context): ExceptionEntry {
  const fail = (message: string): never => {
    throw new LoadError('LOAD_ERR_VALIDATE', message, { place: entry.place, item: context.rule });
  };
  if (entry.fields === undefined) {
    return fail('Rule exception item must have fields property with a list of fields');
  }
  if (isText(entry.fields)) checkScalar(entry, context, fail);
  else checkList(entry, entry.fields, { ...context, fail });
  return entry;
}

function checkList(
  entry: ExceptionEntry,
  fields: readonly ExceptionPart[],
  context: Context & { readonly fail: (message: string) => never },
): void {
  const { comparisons } = entry;
  if (comparisons !== undefined) {
    const count = isText(comparisons) ? 0 : comparisons.length;
    if (fields.length !== count) context.fail('Fields and comps lists must have equal length');
    for (const part of isText(comparisons) ? [] : comparisons) {
      const text = isText(part) ? part.text : '';
      if (COMPARISONS.includes(text) || isModified(text)) continue;
      const near = didYouMean(text, COMPARISONS);
      context.fail(`'${text}' is not a supported comparison operator${near}`);
    }
  }
  for (const field of fields) checkField(isText(field) ? field.text : '', context);
}

function checkScalar(
  entry: ExceptionEntry,
  context: Context,
  fail: (message: string) => never,
): void {
  const { comparisons, fields } = entry;
  if (comparisons !== undefined && !isText(comparisons)) {
    fail('Fields and comps must both be strings');
  }
  const comparison = isText(comparisons) ? comparisons.text : 'in';
  if (!takesList(comparison)) {
    fail(
      'When fields is a single value, comps must be one of (in, pmatch, intersects) or a string ' +
        `operator with a modifier (oneof, anyof, allof), found '${comparison}'`,
    );
  }
  if (isText(fields)) checkField(fields.text, { ...context, fail });
}

function checkField(
  text: string,
  { fields, source, fail }: Context & { readonly fail: (message: string) => never },
): void {
  if (fields === undefined) return;
  const operand = parseLeftSide(text);
  if (operand === undefined) fail(`'${text}' is not a supported filter field`);
  for (const ref of operand === undefined ? [] : fieldsOf(operand)) {
    if (resolveField(fields, ref, source) !== undefined) continue;
    fail(`'${text}' is not a supported filter field: ${unknownField(fields, ref, source)}`);
  }
}
