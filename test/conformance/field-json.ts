import type { FieldScalar, FieldValue } from '#engine/fields/field.ts';
import type { ResolvedField } from '#engine/fields/resolve-field.ts';
import { resolveField } from '#engine/fields/resolve-field.ts';

/** A field as an output names it: `proc.aname[2]`. */
export function fieldOf(text: string): ResolvedField {
  const [, name = text, arg] = /^([^[]+)(?:\[(.*)\])?$/s.exec(text) ?? [];
  const result = resolveField(name, arg);
  if (!result.ok) throw new Error(`Cannot read the oracle: ${result.error}`);
  return result.field;
}

/** A value as Falco puts it into output_fields. */
export function jsonOf(value: FieldValue | undefined, field: ResolvedField): unknown {
  if (value === undefined) return null;
  if (Array.isArray(value))
    return value.map((item: FieldScalar) => scalarOf(item, field)).join(',');
  return scalarOf(value as FieldScalar, field);
}

function scalarOf(value: FieldScalar, field: ResolvedField): unknown {
  if (field.def.format !== undefined) return field.def.format(value);
  if (typeof value === 'string') return asText(value);
  if (typeof value === 'bigint' && value <= BigInt(Number.MAX_SAFE_INTEGER)) return Number(value);
  return value;
}

/** Bytes as Falco's JSON shows them: what is no UTF-8 becomes the replacement character. */
function asText(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
