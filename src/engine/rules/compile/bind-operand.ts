import type {
  FieldScalar,
  FieldType,
  FieldValue,
  Read,
  Several,
  TypeView,
} from '#engine/fields/field.ts';
import { isListValue } from '#engine/fields/field.ts';
import type { ResolvedField } from '#engine/fields/resolve-field.ts';
import { resolveField } from '#engine/fields/resolve-field.ts';
import type { FieldRef, Operand, TransformArg, TransformRef } from '#engine/rules/ast.ts';
import { optionTexts, optionValue } from './command-options.ts';
import { CompileError } from './compile-error.ts';
import { decodeBase64, lengthOf, mapValue, TEXT_TRANSFORMS } from './transform.ts';

/** A field or transformer of a condition, ready to be read. */
export interface BoundOperand {
  /** Two operands with the same key always have the same value. */
  readonly key: string;
  readonly type: FieldType;
  readonly falcoType: string;
  readonly isList: boolean;
  readonly several: Several | undefined;
  /** Constant until the process's generation grows. */
  readonly isProcess: boolean;
  readonly cost: number;
  /** Set for a field itself, not for a transformer. */
  readonly field: ResolvedField | undefined;
  readonly read: Read;
  readonly forType: (eventType: number) => TypeView | undefined;
}

export function bindOperand(operand: Operand): BoundOperand {
  return operand.kind === 'field' ? bindField(operand) : bindTransform(operand);
}

function bindField(ref: FieldRef): BoundOperand {
  const result = resolveField(ref.name, ref.arg);
  if (!result.ok) throw new CompileError(result.error, ref.position);
  const { field } = result;
  const { def, arg } = field;
  return {
    key: field.text,
    type: field.type,
    falcoType: def.falcoType,
    isList: def.isList ?? false,
    several: arg === '' || def.several === 'ends' ? def.several : undefined,
    isProcess: def.scope === 'process',
    cost: def.cost,
    field,
    read: field.read,
    forType: (eventType) => def.forType?.(eventType, arg),
  };
}

/** An argument of a transformer: something to read, or a constant. */
interface BoundArg {
  readonly key: string;
  readonly type: FieldType;
  readonly isList: boolean;
  readonly cost: number;
  readonly isProcess: boolean;
  readonly read: Read;
}

/** Constants are the process's too: what is made of them and of its fields is kept with it. */
function bindArg(arg: TransformArg): BoundArg {
  if (arg.kind === 'field' || arg.kind === 'transform') return bindReadArg(arg);
  const key = JSON.stringify(arg);
  const constant = { key, isList: false, cost: 0, isProcess: true } as const;
  if (arg.kind === 'text') return { ...constant, type: 'string', read: () => arg.value };
  if (arg.kind === 'number') return { ...constant, type: 'number', read: () => Number(arg.value) };
  const items = arg.items.map(bindArg);
  return {
    key: `(${items.map((item) => item.key).join(',')})`,
    type: items[0]?.type ?? 'string',
    isList: true,
    cost: sum(items),
    isProcess: items.every((item) => item.isProcess),
    read: (ctx) => allScalars(items.map((item) => item.read(ctx))),
  };
}

function bindReadArg(arg: Operand): BoundArg {
  const bound = bindOperand(arg);
  if (bound.field?.def.plainOnly && bound.several !== undefined) {
    const message = `field '${bound.key}' does not support transformers`;
    throw new CompileError(message, arg.position);
  }
  return asOneValue(bound);
}

/**
 * A chain that stands for one value, under a transformer or on the right of a comparison, is one
 * text as in an output: only the plain check of a chain asks each ancestor.
 */
export function asOneValue(operand: BoundOperand): BoundOperand {
  if (operand.several !== 'chain') return operand;
  const read: Read = (ctx) => {
    const value = operand.read(ctx);
    return isListValue(value) ? value.join(' ') : value;
  };
  return { ...operand, key: `${operand.key} as one`, several: undefined, read };
}

function sum(args: readonly { readonly cost: number }[]): number {
  return args.reduce((total, arg) => total + arg.cost, 0);
}

/** Lists within lists are laid flat; one null makes all null. */
function allScalars(values: readonly (FieldValue | undefined)[]): FieldValue | undefined {
  const flat: FieldScalar[] = [];
  for (const value of values) {
    if (value === undefined) return undefined;
    if (isListValue(value)) flat.push(...value);
    else flat.push(value);
  }
  return flat;
}

interface Made {
  readonly type: FieldType;
  readonly falcoType: string;
  readonly isList: boolean;
  readonly read: Read;
}

function bindTransform(ref: TransformRef): BoundOperand {
  const args = ref.args.map(bindArg);
  const made = makeTransform(ref, args);
  const option = ref.option === undefined ? '' : `[${ref.option}]`;
  return {
    ...made,
    key: `${ref.name}(${args.map((arg) => arg.key).join(',')})${option}`,
    several: undefined,
    isProcess: args.every((arg) => arg.isProcess),
    cost: sum(args) + 60,
    field: undefined,
    forType: () => undefined,
  };
}

/** Which arguments a transformer takes, and what it makes of them. */
function makeTransform(ref: TransformRef, args: readonly BoundArg[]): Made {
  const [first] = args;
  if (first === undefined) throw wrong(ref, 'expected an argument, found none');
  switch (ref.name) {
    case 'tolower':
    case 'toupper':
    case 'basename':
      return textTransform(ref, first, TEXT_TRANSFORMS[ref.name]);
    case 'b64':
      expectType(ref, first, ['string', 'buffer']);
      return { ...like(first), read: (ctx) => mapValue(first.read(ctx), decodeText) };
    case 'len':
      if (!first.isList) expectType(ref, first, ['string', 'buffer']);
      return {
        type: 'number',
        falcoType: 'UINT64',
        isList: false,
        read: (ctx) => lengthOf(first.read(ctx)),
      };
    case 'join':
      return joinTransform(ref, args);
    case 'concat':
      return concatTransform(ref, args);
    case 'getopt':
      return getoptTransform(ref, args);
  }
}

function wrong(ref: TransformRef, message: string): CompileError {
  return new CompileError(`wrong use of ${ref.name}(): ${message}`, ref.position);
}

function expectType(ref: TransformRef, arg: BoundArg, types: readonly FieldType[]): void {
  if (types.includes(arg.type)) return;
  throw wrong(ref, `expected ${types.join(' or ')}, found ${arg.type} ${arg.key}`);
}

/** A transformed text is of the kind that it was before. */
function like(arg: BoundArg): Omit<Made, 'read'> {
  const falcoType = arg.type === 'buffer' ? 'BYTEBUF' : 'CHARBUF';
  return { type: arg.type, falcoType, isList: arg.isList };
}

function textTransform(ref: TransformRef, arg: BoundArg, map: (text: string) => string): Made {
  expectType(ref, arg, ['string']);
  return { ...like(arg), read: (ctx) => mapValue(arg.read(ctx), (value) => map(String(value))) };
}

function decodeText(value: FieldScalar): string | undefined {
  return decodeBase64(String(value));
}

const TEXT = { type: 'string', falcoType: 'CHARBUF', isList: false } as const;

function joinTransform(ref: TransformRef, args: readonly BoundArg[]): Made {
  const [separator, list] = pair(ref, args, 'a separator and a list');
  expectText(ref, separator);
  expectList(ref, list);
  const read: Read = (ctx) => {
    const [between, items] = [separator.read(ctx), list.read(ctx)];
    if (between === undefined || !Array.isArray(items)) return undefined;
    return items.join(String(between));
  };
  return { ...TEXT, read };
}

/** The two arguments that a transformer must have. */
function pair(
  ref: TransformRef,
  args: readonly BoundArg[],
  what: string,
): readonly [BoundArg, BoundArg] {
  const [first, second] = args;
  if (first !== undefined && second !== undefined && args.length === 2) return [first, second];
  throw wrong(ref, `expected ${what}, found ${args.length} arguments`);
}

function expectText(ref: TransformRef, arg: BoundArg): void {
  expectType(ref, arg, ['string']);
  if (arg.isList) throw wrong(ref, `expected a string, found the list ${arg.key}`);
}

function expectList(ref: TransformRef, arg: BoundArg): void {
  if (!arg.isList) throw wrong(ref, `expected a list, found ${arg.key}`);
}

function concatTransform(ref: TransformRef, args: readonly BoundArg[]): Made {
  if (args.length < 2) throw wrong(ref, 'expected two arguments or more');
  for (const arg of args) expectText(ref, arg);
  const read: Read = (ctx) => {
    let text = '';
    for (const arg of args) {
      const value = arg.read(ctx);
      if (value === undefined) return undefined;
      text += String(value);
    }
    return text;
  };
  return { ...TEXT, read };
}

function getoptTransform(ref: TransformRef, args: readonly BoundArg[]): Made {
  const [list, spec] = pair(ref, args, 'a list and an option string');
  expectList(ref, list);
  expectType(ref, list, ['string']);
  expectText(ref, spec);
  const letter = ref.option;
  if (letter !== undefined && letter.length !== 1)
    throw wrong(ref, `expected one option letter, found "${letter}"`);
  const read: Read = (ctx) => {
    const [words, options] = [list.read(ctx), spec.read(ctx)];
    if (!Array.isArray(words) || options === undefined) return undefined;
    const texts = words.map(String);
    return letter === undefined
      ? optionTexts(texts, String(options))
      : optionValue(texts, String(options), letter);
  };
  return { ...TEXT, isList: letter === undefined, read };
}
