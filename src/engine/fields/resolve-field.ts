import { nearestName } from '#lib/nearest-name.ts';
import { rawArgType } from './evt-arg.ts';
import type { FieldDef, FieldType, Read } from './field.ts';
import { FIELDS } from './table.ts';

/** A field with its argument, as a condition or an output names it. */
export interface ResolvedField {
  readonly def: FieldDef;
  /** '' for none. */
  readonly arg: string;
  /** How it is written, one way for each meaning: `proc.aname[2]`, `evt.arg.flags`. */
  readonly text: string;
  readonly type: FieldType;
  readonly read: Read;
}

export type FieldResult =
  | { readonly ok: true; readonly field: ResolvedField }
  | { readonly ok: false; readonly error: string };

const byName = new Map(FIELDS.map((def) => [def.name, def]));
const dotted = FIELDS.filter((def) => def.dotted).sort((a, b) => b.name.length - a.name.length);

/** The field of a name and the text between its brackets (undefined: no brackets). */
export function resolveField(name: string, arg?: string): FieldResult {
  const def = byName.get(name);
  if (def !== undefined) return withArgument(def, arg ?? '', arg !== undefined);
  const owner = dotted.find((candidate) => name.startsWith(`${candidate.name}.`));
  if (owner !== undefined && arg === undefined) {
    return withArgument(owner, name.slice(owner.name.length + 1), true);
  }
  return {
    ok: false,
    // The nearest name is looked for when somebody reads this: outputs try one name after another.
    get error() {
      return unknownField(name);
    },
  };
}

function unknownField(name: string): string {
  const near = nearestName(name, [...byName.keys()]);
  return `unknown field "${name}"${near === undefined ? '' : `: did you mean "${near}"?`}`;
}

function withArgument(def: FieldDef, arg: string, given: boolean): FieldResult {
  if (given && def.arg === 'none')
    return fail(`field "${def.name}" takes no argument, found "${arg}"`);
  if (!given && def.arg === 'required') return fail(`field "${def.name}" needs an argument`);
  const wrong = given ? def.checkArg?.(arg) : undefined;
  if (wrong !== undefined) return fail(`wrong argument of field "${def.name}": ${wrong}`);
  const type = def.name === 'evt.rawarg' ? rawArgType(arg) : def.type;
  const read = def.bind?.(arg) ?? ((ctx) => def.extract(ctx, arg));
  return { ok: true, field: { def, arg, text: canonical(def, arg, given), type, read } };
}

function canonical(def: FieldDef, arg: string, given: boolean): string {
  if (!given) return def.name;
  return def.dotted && !/^\d+$/.test(arg) ? `${def.name}.${arg}` : `${def.name}[${arg}]`;
}

function fail(error: string): FieldResult {
  return { ok: false, error };
}
