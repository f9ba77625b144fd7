import type { FieldScalar, FieldValue } from '#engine/fields/field.ts';
import { isListValue } from '#engine/fields/field.ts';
import type { Operator } from '#engine/rules/ast.ts';
import { scalarTest } from './value-test.ts';

/** Compares two values that were both read; null on either side never holds. */
export function compareOperands(
  operator: Operator,
  left: FieldValue | undefined,
  right: FieldValue | undefined,
): boolean {
  if (left === undefined || right === undefined) return false;
  const isLarge = typeof left === 'bigint' || typeof right === 'bigint';
  const [lefts, rights] = isLarge
    ? [[asLarge(left)], [asLarge(right)]]
    : [listOf(left), listOf(right)];
  if (lefts.length === 0 || rights.length === 0) return false;
  if (operator === 'in') return lefts.every((value) => rights.includes(value));
  if (operator === 'intersects') return lefts.some((value) => rights.includes(value));
  const [a, b] = [lefts[0], rights[0]];
  if (a === undefined || b === undefined || lefts.length > 1 || rights.length > 1) return false;
  return scalarTest(operator, b, false)(a);
}

function listOf(value: FieldValue): readonly FieldScalar[] {
  return isListValue(value) ? value : [value];
}

/** Some fields of a number type give bigints, and 1n is not 1. */
function asLarge(value: FieldValue): FieldScalar {
  if (isListValue(value)) return String(value);
  return typeof value === 'number' ? BigInt(value) : value;
}
