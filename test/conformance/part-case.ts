import type { CaseResult } from './part.ts';

/** A part, or a piece of one, for which the folder has nothing. */
export function absent(file: string): CaseResult {
  return { name: file, failures: [], skipped: `the folder has no ${file}` };
}

/** `--only` takes any part of a case's name. */
export function isChosen(name: string, only: string | undefined): boolean {
  return only === undefined || name.includes(only);
}

/** One line where two things differ; nothing where they are the same. */
export function difference(what: string, expected: unknown, found: unknown): readonly string[] {
  const [left, right] = [JSON.stringify(expected), JSON.stringify(found)];
  return left === right ? [] : [`${what}: expected ${left}, found ${right}`];
}

/** As `difference`, of sets: what is missing and what is too much. */
export function setDifference(
  what: string,
  expected: Iterable<string>,
  found: Iterable<string>,
): readonly string[] {
  const [left, right] = [new Set(expected), new Set(found)];
  const missing = [...left.difference(right)].sort();
  const extra = [...right.difference(left)].sort();
  return [
    ...(missing.length > 0 ? [`${what}: expected ${missing.join(' ')} too, found none`] : []),
    ...(extra.length > 0 ? [`${what}: expected no ${extra.join(' ')}, found it`] : []),
  ];
}
