import type { FieldScalar, FieldValue } from '#engine/fields/field.ts';
import { isListValue } from '#engine/fields/field.ts';
import { lowerAscii } from '#engine/fields/glob.ts';
import { baseName } from '#engine/fields/paths.ts';

/** What transformers do with values. undefined is null: it stays null. */

export function upperAscii(text: string): string {
  return /[a-z]/.test(text) ? text.replace(/[a-z]+/g, (run) => run.toUpperCase()) : text;
}

/** Applies to a value, or to each of a list; null where one of them becomes null. */
export function mapValue(
  value: FieldValue | undefined,
  map: (value: FieldScalar) => FieldScalar | undefined,
): FieldValue | undefined {
  if (value === undefined) return undefined;
  if (!isListValue(value)) return map(value);
  const mapped = value.map(map).filter((item) => item !== undefined);
  return mapped.length === value.length ? mapped : undefined;
}

export const TEXT_TRANSFORMS = {
  tolower: lowerAscii,
  toupper: upperAscii,
  basename: baseName,
} as const;

const BASE64 = /^[A-Za-z0-9+/]*$/;
const BASE64_DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/**
 * Bytes that base64 stands for, with or without padding; undefined where the text is no base64, or
 * its last digit has bits that no byte takes: two texts never stand for the same bytes.
 */
export function decodeBase64(text: string): string | undefined {
  const digits = text.replace(/={1,2}$/, '');
  const over = digits.length % 4;
  if (over === 1 || !BASE64.test(digits)) return undefined;
  const last = BASE64_DIGITS.indexOf(digits.slice(-1));
  const unused = over === 2 ? 0b1111 : over === 3 ? 0b11 : 0;
  return (last & unused) === 0 ? Buffer.from(digits, 'base64').toString('latin1') : undefined;
}

export function lengthOf(value: FieldValue | undefined): number | undefined {
  return typeof value === 'string' || Array.isArray(value) ? value.length : undefined;
}
