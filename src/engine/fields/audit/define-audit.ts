import type { FieldOptions, FieldRow } from '#engine/fields/define.ts';
import { defineFields } from '#engine/fields/define.ts';
import type { FieldDef, Read } from '#engine/fields/field.ts';
import type { AuditRead } from './audit-value.ts';
import { fromAudit } from './audit-value.ts';

/** The reading for an argument: '' where there is none. */
export type BindAudit = (arg: string) => AuditRead;

/** Name, description, reading. */
export type AuditRow = readonly [string, string, AuditRead];
export type AuditArgRow = readonly [string, string, BindAudit];

const COMMON: FieldOptions = { sources: ['k8s_audit'], cost: 300 };

export function auditTexts(rows: readonly AuditRow[]): readonly FieldDef[] {
  return define(rows, { arg: 'none' });
}

export function auditLists(rows: readonly AuditRow[]): readonly FieldDef[] {
  return define(rows, { arg: 'none', isList: true });
}

/** Lists of which an index takes one item. */
export function indexedLists(rows: readonly AuditArgRow[]): readonly FieldDef[] {
  return bound(rows, { arg: 'optional', argKind: 'index', isList: true, checkArg: checkPosition });
}

export function keyedTexts(rows: readonly AuditArgRow[]): readonly FieldDef[] {
  return bound(rows, { arg: 'required', argKind: 'key' });
}

/** The index of an argument; undefined for none. */
export function indexOf(arg: string): number | undefined {
  return arg === '' ? undefined : Number(arg);
}

function define(rows: readonly AuditRow[], options: FieldOptions): readonly FieldDef[] {
  return bound(
    rows.map(([name, description, read]): AuditArgRow => [name, description, () => read]),
    options,
  );
}

function bound(rows: readonly AuditArgRow[], options: FieldOptions): readonly FieldDef[] {
  const defined = rows.map(([name, description, bind]): FieldRow => {
    const read = (arg: string): Read => fromAudit(bind(arg));
    return [name, 'CHARBUF', description, (ctx, arg) => read(arg)(ctx), { ...options, bind: read }];
  });
  return defineFields(COMMON, defined);
}

function checkPosition(arg: string): string | undefined {
  return /^(0|[1-9]\d{0,8})$/.test(arg) ? undefined : `expected a position from 0, found "${arg}"`;
}
