import type { FieldOptions, FieldRow } from '#engine/fields/define.ts';
import { defineFields } from '#engine/fields/define.ts';
import type { FieldDef, Read } from '#engine/fields/field.ts';
import { indentJson, jsonChild } from '#lib/json-tree.ts';
import { textOf } from './audit-value.ts';

/**
 * Fields of any event that is JSON, under their two names. No system call is: there they are null.
 */

/** Follows a JSON pointer (RFC 6901); the slash before the first name may be missing. */
function atPointer(pointer: string): Read {
  const names = pointer.replace(/^\//, '').split('/');
  const path = names.map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'));
  return (ctx) => {
    let node = ctx.audit?.body;
    for (const name of path) node = jsonChild(node, name);
    return node === undefined ? undefined : textOf(node);
  };
}

const whole: Read = ({ audit }) => (audit === undefined ? undefined : indentJson(audit.body));
const time: Read = ({ audit }) => audit?.timeNs.toString();

const VALUE: FieldOptions = { arg: 'required', argKind: 'key', bind: atPointer };

function fieldsOf(prefix: string): readonly FieldRow[] {
  const value = 'What a JSON pointer leads to in the event.';
  return [
    [`${prefix}.value`, 'CHARBUF', value, (ctx, arg) => atPointer(arg)(ctx), VALUE],
    [`${prefix}.obj`, 'CHARBUF', 'The whole event, indented.', whole, { cost: 10_000 }],
    [`${prefix}.rawtime`, 'CHARBUF', 'Time of the event: ns since 1970.', time],
  ];
}

export const JSON_FIELDS: readonly FieldDef[] = defineFields(
  { sources: ['syscall', 'k8s_audit'], cost: 300 },
  [...fieldsOf('json'), ...fieldsOf('jevt')],
);
