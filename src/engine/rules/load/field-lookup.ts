import type { FieldDef } from '#engine/fields/field.ts';
import type { FieldRef, Operand, TransformArg } from '#engine/rules/ast.ts';
import { printField } from '#engine/rules/language/print-condition.ts';
import { nearestName } from '#lib/nearest-name.ts';

/** What the loader must know of a field; every FieldDef is one. */
export type FieldFacts = Pick<FieldDef, 'name' | 'type' | 'falcoType' | 'arg'> &
  Partial<
    Pick<
      FieldDef,
      | 'isList'
      | 'argKind'
      | 'dotted'
      | 'checkArg'
      | 'sources'
      | 'several'
      | 'plainOnly'
      | 'constantsOnly'
      | 'outputOnly'
      | 'filterOnly'
    >
  >;

/** The table of fields: by exact name, and all names for suggestions. */
export interface FieldLookup {
  find(name: string): FieldFacts | undefined;
  names(): readonly string[];
}

export interface ResolvedField {
  readonly facts: FieldFacts;
  /** Text between the brackets or behind the dot; '' where there is none. */
  readonly arg: string;
  /** One sentence on what is wrong with the argument. */
  readonly wrong?: string;
}

/** The field that a rule of `source` means, its argument taken from brackets or behind a dot. */
export function resolveField(
  lookup: FieldLookup,
  ref: FieldRef,
  source: string,
): ResolvedField | undefined {
  const exact = lookup.find(ref.name);
  if (exact !== undefined) return isIn(exact, source) ? withArg(exact, ref.arg) : undefined;
  if (ref.arg !== undefined) return undefined;
  for (let dot = ref.name.lastIndexOf('.'); dot > 0; dot = ref.name.lastIndexOf('.', dot - 1)) {
    const facts = lookup.find(ref.name.slice(0, dot));
    if (facts === undefined || facts.arg === 'none' || facts.dotted !== true) continue;
    return isIn(facts, source) ? withArg(facts, ref.name.slice(dot + 1)) : undefined;
  }
  return undefined;
}

function isIn(facts: FieldFacts, source: string): boolean {
  if (facts.outputOnly) return false;
  return facts.sources === undefined || facts.sources.some((known) => known === source);
}

function withArg(facts: FieldFacts, arg: string | undefined): ResolvedField {
  const text = arg ?? '';
  const wrong = text === '' ? missingArg(facts) : wrongArg(facts, text);
  return { facts, arg: text, ...(wrong === undefined ? {} : { wrong }) };
}

function missingArg({ name, arg }: FieldFacts): string | undefined {
  if (arg !== 'required') return undefined;
  return `the field "${name}" needs an argument: "${name}[…]"`;
}

function wrongArg({ name, arg, argKind, checkArg }: FieldFacts, text: string): string | undefined {
  if (arg === 'none') return `the field "${name}" takes no argument, found "[${text}]"`;
  if (argKind === 'index' && !/^[0-9]{1,9}$/.test(text)) {
    return `the field "${name}" takes a number as its argument, found "[${text}]"`;
  }
  return checkArg?.(text);
}

/** `unknown field "proc.nam": did you mean "proc.name"?` */
export function unknownField(lookup: FieldLookup, ref: FieldRef, source: string): string {
  const elsewhere = lookup.find(ref.name);
  const shown = `unknown field "${printField(ref)}"`;
  if (elsewhere !== undefined && !elsewhere.outputOnly) {
    const sources = elsewhere.sources?.join(' and ') ?? 'other sources';
    return `${shown}: it belongs to ${sources}, not to ${source}`;
  }
  const near = lookup.names().filter((name) => Math.abs(name.length - ref.name.length) <= 3);
  const usable = near.filter((name) => {
    const facts = lookup.find(name);
    return facts !== undefined && isIn(facts, source);
  });
  const nearest = nearestName(ref.name, usable);
  return nearest === undefined ? shown : `${shown}: did you mean "${nearest}"?`;
}

/** Every field inside an operand, left to right. */
export function fieldsOf(operand: Operand | TransformArg): readonly FieldRef[] {
  switch (operand.kind) {
    case 'field':
      return [operand];
    case 'transform':
      return operand.args.flatMap(fieldsOf);
    case 'list':
      return operand.items.flatMap(fieldsOf);
    default:
      return [];
  }
}
