import type { Evaluation } from '#model/evaluation.ts';
import { EVENTS } from '#model/event-schema.ts';
import { RECORD_FLAG } from '#model/event-view.ts';
import { defineFields } from './define.ts';
import type { FieldDef, TypeView } from './field.ts';

/** Midwatch's own: what the kernel programs say of a live event besides its parameters. */

function flag(bit: number, names: ReadonlySet<string>) {
  const read = (ctx: Evaluation): boolean | undefined =>
    ctx.evt.isLive && names.has(EVENTS[ctx.evt.type]?.name ?? '')
      ? (ctx.evt.recordFlags & bit) !== 0
      : undefined;
  const forType = (type: number): TypeView | undefined =>
    names.has(EVENTS[type]?.name ?? '') ? undefined : { constant: undefined };
  return { read, options: { own: true, cost: 5, forType } };
}

const foreignMount = flag(
  RECORD_FLAG.foreignMount,
  new Set(['open', 'openat', 'openat2', 'creat']),
);
const compat32 = flag(RECORD_FLAG.compat32, new Set(['execve', 'execveat']));

export const RECORD_FIELDS: readonly FieldDef[] = defineFields({}, [
  [
    'evt.is_open_foreign',
    'BOOL',
    "Whether the opened file belongs to another mount namespace than the caller's, as through /proc/1/root.",
    foreignMount.read,
    foreignMount.options,
  ],
  [
    'evt.is_exec_32bit',
    'BOOL',
    'Whether a 32-bit program was started, whose system calls are not seen.',
    compat32.read,
    compat32.options,
  ],
]);
