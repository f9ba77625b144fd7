import { ERRNO_NAMES } from './tables/errno-names.ts';
import type { FlagTable } from './tables/flag-tables.ts';
import { FLAG_TABLES, PARAM_TABLES } from './tables/flag-tables.ts';

interface NamedValue {
  readonly name: string;
  readonly value: number;
}

function parseTable(text: string): readonly NamedValue[] {
  return text
    .trim()
    .split(/\s+/)
    .map((pair) => {
      const [name = '', value = ''] = pair.split('=');
      return { name, value: Number(value) };
    });
}

const tables = new Map<string, readonly NamedValue[]>(
  Object.entries(FLAG_TABLES).map(([name, text]) => [name, parseTable(text)]),
);

const errnoByNumber = new Map(parseTable(ERRNO_NAMES).map(({ name, value }) => [value, name]));

/** `ENOENT` for 2 or -2; '' for a number that is not an error's. */
export function errnoName(number: number): string {
  return errnoByNumber.get(Math.abs(number)) ?? '';
}

/** The table that names a parameter's values, by event and parameter name. */
export function flagTable(eventName: string, paramName: string): FlagTable | undefined {
  return PARAM_TABLES[`${eventName}.${paramName}`] ?? PARAM_TABLES[paramName];
}

/** Names of an enumeration's value; aliases are joined by `|`, as in `AF_LOCAL|AF_UNIX`. */
export function enumName(table: FlagTable, value: number): string {
  const names = tables.get(table) ?? [];
  return names
    .filter((named) => named.value === value)
    .map((named) => named.name)
    .join('|');
}

/**
 * Names of a flag word joined by `|`, in the table's order. A flag that is the whole word ends the
 * list; a composite (O_RDWR) takes its bits, so that its parts are not named again.
 */
export function flagNames(table: FlagTable, word: number): string {
  const found: string[] = [];
  let rest = word;
  for (const { name, value } of tables.get(table) ?? []) {
    if (value === word) {
      found.push(name);
      break;
    }
    if (value !== 0 && rest !== 0 && (rest & value) >>> 0 === value) {
      found.push(name);
      rest = (rest & ~value) >>> 0;
    }
  }
  return found.join('|');
}
