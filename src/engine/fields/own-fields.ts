import type { FieldLookup } from '#engine/rules/load/field-lookup.ts';
import { FIELDS } from './table.ts';

const byName = new Map(FIELDS.map((field) => [field.name, field]));

/** The field table as the rule loader asks for it. */
export const OWN_FIELDS: FieldLookup = {
  find: (name) => byName.get(name),
  names: () => [...byName.keys()],
};
