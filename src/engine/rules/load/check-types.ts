import type { Check, FieldRef, Operand, Operator, TransformArg } from '#engine/rules/ast.ts';
import { printField, printOperand } from '#engine/rules/language/print-condition.ts';
import { EVENTS } from '#model/event-schema.ts';
import { CONDITION_LITERAL_CHARS } from '#model/limits.ts';
import { patternProblem } from './check-pattern.ts';
import { eventNameProblem, valueProblem } from './check-value.ts';
import { eventTypeProblem } from './event-types.ts';
import type { FieldLookup } from './field-lookup.ts';
import { fieldsOf, resolveField, unknownField } from './field-lookup.ts';

/** What is wrong with one check, where in its condition, and whether a rule may skip over it. */
export interface CheckProblem {
  readonly message: string;
  readonly position: number;
  readonly isUnknownName: boolean;
  /** The constant it is about, which stands somewhere behind `position`. */
  readonly value?: string;
}

/** The types of one side: Falco's name of it, and whether it is a list of them. */
interface Typed {
  readonly type: string;
  readonly isList: boolean;
  /** Of a field that cannot be transformed: its name. */
  readonly plainOnly: string | undefined;
  /** Of a field that cannot be compared with another: its name. */
  readonly constantsOnly: string | undefined;
}

class Wrong extends Error {
  readonly problem: CheckProblem;

  constructor(message: string, position: number, more: Partial<CheckProblem> = {}) {
    super(message);
    this.problem = { isUnknownName: false, ...more, message, position };
  }
}

/** Looks at one check as a rule of `source` has it; undefined where all is right. */
export function checkProblem(
  check: Check,
  lookup: FieldLookup,
  source: string,
): CheckProblem | undefined {
  try {
    checkAll(check, { lookup, source });
    return undefined;
  } catch (error) {
    if (error instanceof Wrong) return error.problem;
    throw error;
  }
}

/** The same of a field or transformer alone, as outputs have it. */
export function operandProblem(
  operand: Operand,
  lookup: FieldLookup,
  source: string,
): string | undefined {
  try {
    typeOf(operand, { lookup, source });
    return undefined;
  } catch (error) {
    if (error instanceof Wrong) return error.problem.message;
    throw error;
  }
}

interface Context {
  readonly lookup: FieldLookup;
  readonly source: string;
}

function checkAll(check: Check, context: Context): void {
  const left = typeOf(check.left, context);
  const illegal = operatorProblem(check.operator, left);
  if (illegal !== undefined) throw new Wrong(illegal, check.position);
  if (check.right.kind === 'operand') checkRightOperand(check, left, context);
  else checkConstants(check, left);
  const eventType = context.source === 'syscall' ? eventTypeProblem(check) : undefined;
  if (eventType !== undefined) throw new Wrong(eventType, check.position);
}

function checkConstants(check: Check, { type }: Typed): void {
  const isEventType = check.left.kind === 'field' && check.left.name === 'evt.type';
  for (const value of constantsOf(check)) {
    if (value.length > CONDITION_LITERAL_CHARS) {
      throw new Wrong(`filter parameter too long: ${value.slice(0, 40)}…`, check.position, {
        value,
      });
    }
    const problem =
      (isEventType ? eventNameProblem(value) : undefined) ??
      valueProblem(type, check.operator, value);
    if (problem !== undefined) {
      const { message, isUnknownName = false } = problem;
      throw new Wrong(message, check.position, { isUnknownName, value });
    }
    const pattern = check.operator === 'regex' ? patternProblem(value) : undefined;
    if (pattern !== undefined) throw new Wrong(pattern, check.position, { value });
  }
}

export function constantsOf({ right }: Check): readonly string[] {
  if (right.kind === 'list') return right.values;
  return right.kind === 'value' ? [right.value] : [];
}

function checkRightOperand(check: Check, left: Typed, context: Context): void {
  if (check.right.kind !== 'operand') return;
  const { operand } = check.right;
  const { operator } = check;
  const fail = (message: string): never => {
    throw new Wrong(message, operand.position);
  };
  const right = typeOf(operand, context);
  if (operator === 'pmatch' || operator === 'regex') {
    fail(`operator '${operator}' doesn't support right-hand side fields`);
  }
  if (left.type.endsWith('NET')) fail("field type 'IPNET' doesn't support right-hand side fields");
  if (left.constantsOnly !== undefined) {
    fail(`field '${left.constantsOnly}' doesn't support right-hand side fields`);
  }
  if (right.constantsOnly !== undefined) {
    fail(`field '${right.constantsOnly}' can't be used as a right-hand side field`);
  }
  if (left.type === right.type && left.isList === right.isList) return;
  fail(
    `field '${nameOf(check.left)}' has type '${describe(left)}' while the right-hand side field ` +
      `'${nameOf(operand)}' has incompatible type '${describe(right)}'`,
  );
}

function describe({ type, isList }: Typed): string {
  return isList ? `${type} (list)` : type;
}

/** The field that a transformer is about, as Falco names it. */
function nameOf(operand: Operand): string {
  const [first] = fieldsOf(operand);
  return first === undefined ? printOperand(operand) : printField(first);
}

function typeOf(operand: Operand, context: Context): Typed {
  return operand.kind === 'field'
    ? typeOfField(operand, context)
    : typeOfTransform(operand, context);
}

function typeOfField(ref: FieldRef, { lookup, source }: Context): Typed {
  const resolved = resolveField(lookup, ref, source);
  if (resolved === undefined) {
    throw new Wrong(unknownField(lookup, ref, source), ref.position, { isUnknownName: true });
  }
  if (resolved.wrong !== undefined) throw new Wrong(resolved.wrong, ref.position);
  const { facts, arg } = resolved;
  if (facts.name === 'evt.type.is') {
    const problem = eventNameProblem(arg);
    if (problem !== undefined) {
      throw new Wrong(problem.message, ref.position, { isUnknownName: true });
    }
  }
  return {
    type: facts.falcoType === 'DYNAMIC' ? (parameterType(arg) ?? 'DYNAMIC') : facts.falcoType,
    isList: facts.isList ?? false,
    plainOnly: facts.plainOnly ? facts.name : undefined,
    constantsOnly: facts.plainOnly || facts.constantsOnly ? facts.name : undefined,
  };
}

/** Of evt.rawarg: Falco takes the type of the first event that has such a parameter. */
function parameterType(name: string): string | undefined {
  for (const { params } of EVENTS) {
    const found = params.find((param) => param.name === name);
    if (found !== undefined) return found.type.toUpperCase();
  }
  return undefined;
}

const TEXT_TYPES: ReadonlySet<string> = new Set(['CHARBUF', 'FSPATH', 'FSRELPATH']);

function typeOfTransform(
  operand: Extract<Operand, { kind: 'transform' }>,
  context: Context,
): Typed {
  const { name, args, position } = operand;
  const fail = (message: string): never => {
    throw new Wrong(message, position);
  };
  const parts = args.map((arg) => typeOfArgument(arg, context));
  for (const part of parts) {
    if (part.plainOnly === undefined) continue;
    fail(`field '${part.plainOnly}' does not support transformers`);
  }
  const [first] = parts;
  if (first === undefined) return fail(`'${name}' transformer needs an argument`);
  const isText = TEXT_TYPES.has(first.type);
  const refuse = (wrong = first): never =>
    fail(
      `can't add field transformer: type '${wrong.type}' is not supported by '${name}' ` +
        `transformer applied on ${wrong.isList ? 'list ' : ''}field '${nameOf(operand)}'`,
    );
  if (operand.option !== undefined && name !== 'getopt')
    fail(`'${name}' takes no option in brackets`);
  switch (name) {
    case 'tolower':
    case 'toupper':
    case 'basename':
      expectCount(parts, 1, fail, name);
      return isText ? plain('CHARBUF', first.isList) : refuse();
    case 'b64':
      expectCount(parts, 1, fail, name);
      return isText || first.type === 'BYTEBUF' ? first : refuse();
    case 'len':
      expectCount(parts, 1, fail, name);
      return isText || first.type === 'BYTEBUF' || first.isList ? plain('UINT64') : refuse();
    case 'join':
      expectCount(parts, 2, fail, name);
      if (!isText || first.isList || parts[1]?.isList !== true) fail(JOIN);
      return plain('CHARBUF');
    case 'concat':
      if (parts.length < 2) fail("'concat' transformer needs at least two arguments");
      return parts.every(isOneText) ? plain('CHARBUF') : refuse(parts.find((p) => !isOneText(p)));
    case 'getopt':
      expectCount(parts, 2, fail, name);
      if (!first.isList || !parts.slice(1).every(isOneText)) fail(GETOPT);
      return plain('CHARBUF', operand.option === undefined);
  }
}

const JOIN = '\'join\' transformer needs a separator and a list: join(",", (field, field))';
const GETOPT =
  '\'getopt\' transformer needs a list and a text of option letters: getopt(list, "ab:")';

function isOneText({ type, isList }: Typed): boolean {
  return TEXT_TYPES.has(type) && !isList;
}

function plain(type: string, isList = false): Typed {
  return { type, isList, plainOnly: undefined, constantsOnly: undefined };
}

function expectCount(
  parts: readonly Typed[],
  count: number,
  fail: (message: string) => never,
  name: string,
): void {
  if (parts.length === count) return;
  fail(
    `'${name}' transformer takes ${count} argument${count === 1 ? '' : 's'}, found ${parts.length}`,
  );
}

function typeOfArgument(arg: TransformArg, context: Context): Typed {
  switch (arg.kind) {
    case 'text':
      return plain('CHARBUF');
    case 'number':
      return plain('UINT64');
    case 'list': {
      const parts = arg.items.map((item) => typeOfArgument(item, context));
      const plainOnly = parts.find((part) => part.plainOnly !== undefined)?.plainOnly;
      return { ...plain('CHARBUF', true), plainOnly };
    }
    default:
      return typeOf(arg, context);
  }
}

// Which comparisons a type has; lists have their own few whatever they are lists of.
const NUMBER: readonly Operator[] = ['=', '!=', '<', '<=', '>', '>=', 'in', 'intersects'];
const TEXT: readonly Operator[] = [
  ...NUMBER,
  'contains',
  'icontains',
  'startswith',
  'endswith',
  'glob',
  'iglob',
  'regex',
  'pmatch',
];
const BUFFER: readonly Operator[] = [
  '=',
  '!=',
  'contains',
  'in',
  'startswith',
  'endswith',
  'intersects',
  'bcontains',
  'bstartswith',
];
/** Parameters that only `exists` can ask for. */
const INCOMPARABLE: ReadonlySet<string> = new Set(['SOCKADDR', 'SOCKTUPLE', 'FDLIST']);

const FEW: readonly Operator[] = ['=', '!=', 'in', 'intersects'];

function operatorProblem(operator: Operator, { type, isList }: Typed): string | undefined {
  if (operator === 'exists' || type === 'DYNAMIC') return undefined;
  if (INCOMPARABLE.has(type)) return `'${type}' param type is not supported in comparisons`;
  const not = `'${operator}' operator not supported`;
  if (isList) {
    return operator === 'in' || operator === 'intersects' ? undefined : `${not} for list filters`;
  }
  const [operators, kind] = comparisonsOf(type);
  return operators.includes(operator) ? undefined : `${not} for ${kind} filters`;
}

function comparisonsOf(type: string): readonly [readonly Operator[], string] {
  if (TEXT_TYPES.has(type)) return [TEXT, 'string'];
  if (type === 'BYTEBUF') return [BUFFER, 'buffer'];
  if (type === 'BOOL') return [FEW, 'numeric'];
  if (/^IP(V4|V6)?(ADDR|NET)$/.test(type)) return [FEW, 'ip address and network'];
  return [NUMBER, 'numeric'];
}
