import type { FieldDef } from '#engine/fields/field.ts';
import type { FieldLookup } from './field-lookup.ts';

/** The loader's view of a table of fields. */
export function tableLookup(fields: readonly FieldDef[]): FieldLookup {
  const byName = new Map(fields.map((field) => [field.name, field]));
  const names = [...byName.keys()];
  return { find: (name) => byName.get(name), names: () => names };
}
