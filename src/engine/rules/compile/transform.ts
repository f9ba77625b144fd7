import type { FieldScalar, FieldValue } from '#engine/fields/field.ts';
import { isListValue } from '#engine/fields/field.ts';
import { lowerAscii } from '#engine/fields/glob.ts';
import { baseName } from '#engine/fields/paths.ts';

/** What transformers do with values. undefined is null: it stays null. */

export function upperAscii(text: string): string {
  return /[a-z]/.test(text) ? text.replace(/[a-z]+/g, (run) => run.toUpperCase()) : text;
}

/** Applies to a value, or to each of a list; elements that become null are left out. */
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

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** Bytes that base64 stands for; undefined where the text is no base64. */
export function decodeBase64(text: string): string | undefined {
  return BASE64.test(text) ? Buffer.from(text, 'base64').toString('latin1') : undefined;
}

export function lengthOf(value: FieldValue | undefined): number | undefined {
  return typeof value === 'string' || Array.isArray(value) ? value.length : undefined;
}

/**
 * The argument of option `letter` among `words`, '' for an option without one; undefined where it
 * is not given. `spec` is getopt(3)'s: a colon after a letter says that it takes an argument.
 */
export function optionValue(
  words: readonly string[],
  spec: string,
  letter: string,
): string | undefined {
  let found: string | undefined;
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? '';
    if (word === '--') break;
    if (!word.startsWith('-') || word === '-') continue;
    for (let at = 1; at < word.length; at++) {
      const option = word[at] ?? '';
      const place = option === ':' ? -1 : spec.indexOf(option);
      const takesValue = place >= 0 && spec[place + 1] === ':';
      if (!takesValue) {
        if (option === letter) found = '';
        continue;
      }
      const value = at + 1 < word.length ? word.slice(at + 1) : words[++i];
      if (option === letter) found = value;
      break;
    }
  }
  return found;
}
