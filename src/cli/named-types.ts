import { eventId } from '#model/event-schema.ts';

/** Event types that take their name from what they carry, so that any name can be theirs. */
const CATCH_ALL: ReadonlySet<number> = new Set([eventId('generic_x'), eventId('asyncevent_e')]);

/** Without the types that every rule on a name is asked on as well; those alone where it is all. */
export function namedTypes<T extends { readonly type: number }>(types: readonly T[]): readonly T[] {
  const named = types.filter(({ type }) => !CATCH_ALL.has(type));
  return named.length > 0 ? named : types;
}
