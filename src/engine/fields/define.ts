import type { Extract, FieldDef, FieldType } from './field.ts';

/** Field tables are lists of rows; this gives each row what its class has in common. */

const TYPES: Readonly<Record<string, FieldType>> = {
  CHARBUF: 'string',
  BYTEBUF: 'buffer',
  BOOL: 'bool',
  IPADDR: 'ip',
  IPNET: 'net',
  ABSTIME: 'bigint',
  RELTIME: 'bigint',
  DYNAMIC: 'string',
};

type Given = 'name' | 'falcoType' | 'description' | 'extract' | 'type';
export type FieldOptions = Partial<Omit<FieldDef, Given>> & { readonly type?: FieldType };

/** name, Falco's type, description, extraction, and what is special about it. */
export type FieldRow = readonly [string, string, string, Extract, (FieldOptions | undefined)?];

export function defineFields(common: FieldOptions, rows: readonly FieldRow[]): readonly FieldDef[] {
  return rows.map(([name, falcoType, description, extract, options]) => ({
    type: TYPES[falcoType] ?? 'number',
    arg: 'none' as const,
    sources: ['syscall'] as const,
    scope: 'event' as const,
    cost: 10,
    ...common,
    ...options,
    name,
    falcoType,
    description,
    extract,
  }));
}

/** For an argument that must be a position. */
export function checkIndex(arg: string): string | undefined {
  return /^\d{1,9}$/.test(arg) ? undefined : `expected a position from 0, found "${arg}"`;
}
