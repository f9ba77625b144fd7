import { EVENT_NAMES } from '#engine/fields/evt.ts';
import type { FieldScalar, FieldValue, Read } from '#engine/fields/field.ts';
import { isListValue } from '#engine/fields/field.ts';
import type { Check, Modifier, Operator, Right } from '#engine/rules/ast.ts';
import { printCondition } from '#engine/rules/language/print-condition.ts';
import type { BoundOperand } from './bind-operand.ts';
import { asOneValue, bindOperand } from './bind-operand.ts';
import { compareOperands } from './compare-operands.ts';
import { CompileError } from './compile-error.ts';
import { pathPrefixMatcher } from './path-prefix.ts';
import type { Constant, ScalarTest } from './value-test.ts';
import { constantProblem, operatorProblem, parseConstant, scalarTest } from './value-test.ts';

/** How a check's strings can be looked up together with those of other checks of the same field. */
export interface TextLookup {
  readonly how: 'equals' | 'prefix' | 'suffix';
  readonly values: readonly string[];
  /** The check holds where none of the values fits. */
  readonly negated: boolean;
}

/** A check ready to run. */
export interface BoundCheck {
  /** Two checks with the same key always agree. */
  readonly key: string;
  /** As a rule would have it. */
  readonly text: string;
  readonly left: BoundOperand;
  readonly operator: Operator;
  readonly modifier: Modifier | undefined;
  /** Constants in the field's type; none for `exists` and for a comparison of two operands. */
  readonly constants: readonly Constant[];
  readonly right: BoundOperand | undefined;
  /** On what was read; undefined (null) never holds. Not for two operands. */
  readonly test: (value: FieldValue | undefined) => boolean;
  readonly lookup: TextLookup | undefined;
  readonly isProcess: boolean;
  /** Estimates for ordering: ns, and how often it holds. */
  readonly cost: number;
  readonly chance: number;
  readonly position: number;
}

export function bindCheck(check: Check): BoundCheck {
  const left = bindOperand(check.left);
  const problem = operatorProblem(check.operator, left);
  if (problem !== undefined) throw new CompileError(problem, check.position);
  if (check.right.kind === 'operand') return bindComparison(check, left, check.right);
  const texts = textsOf(check.right);
  for (const text of texts) checkConstant(check, left, text);
  const constants = texts.map((text) => constantOf(text, left, check.position));
  const test = quantify(left, check.operator, combinedTest(check, left, constants));
  return {
    key: keyOf(left, check, constants),
    text: printCondition(check),
    left,
    operator: check.operator,
    modifier: check.modifier,
    constants,
    right: undefined,
    test,
    lookup: lookupOf(check, left, texts),
    isProcess: left.isProcess,
    cost: left.cost + testCost(check.operator, constants.length),
    chance: chanceOf(check.operator),
    position: check.position,
  };
}

function textsOf(right: Right): readonly string[] {
  if (right.kind === 'value') return [right.value];
  return right.kind === 'list' ? right.values : [];
}

function checkConstant(check: Check, left: BoundOperand, text: string): void {
  const problem =
    constantProblem(check.operator, text) ??
    (left.key === 'evt.type' && !EVENT_NAMES.has(text) ? `unknown event type ${text}` : undefined);
  if (problem !== undefined) throw new CompileError(problem, check.position);
}

function constantOf(text: string, left: BoundOperand, position: number): Constant {
  const parsed = parseConstant(text, left);
  if (!parsed.ok) throw new CompileError(parsed.error, position);
  // The argument of evt.around is a time, its value half a window in milliseconds.
  if (left.field?.def.name === 'evt.around') return BigInt(text) * 1_000_000n;
  return parsed.value;
}

function keyOf(left: BoundOperand, check: Check, constants: readonly Constant[]): string {
  const { operator, modifier = '' } = check;
  const values = constants.map(String);
  // The order of a set and its doubles mean nothing, except to `oneof`, which counts, and to
  // networks, of which `in` looks at the first only.
  const isOrdered = modifier === 'oneof' || left.type === 'net';
  const canonical = isOrdered ? values : [...new Set(values)].sort();
  return `${left.key} ${operator} ${modifier} ${JSON.stringify(canonical)}`;
}

/** One value against all constants. */
function combinedTest(
  check: Check,
  left: BoundOperand,
  constants: readonly Constant[],
): ScalarTest {
  const { operator, modifier } = check;
  if (operator === 'exists') return () => true;
  if (operator === 'pmatch' && modifier === undefined) return prefixTest(constants);
  const isSet = operator === 'in' || operator === 'intersects';
  if (isSet && left.type !== 'net') return setTest(constants);
  // fd.net looks at the first network alone: Falco's comparison of both ends does.
  const used = isSet && left.several === 'ends' ? constants.slice(0, 1) : constants;
  const single = left.field?.def.name === 'evt.around' ? '<=' : operator;
  const tests = used.map((constant) => scalarTest(single, constant, left.type === 'net'));
  return modified(tests, modifier ?? 'anyof');
}

/** All paths of a pmatch are one tree. */
function prefixTest(constants: readonly Constant[]): ScalarTest {
  const matches = pathPrefixMatcher(constants.map(String));
  return (value) => matches(String(value));
}

/** A set of one is the usual case after macros are resolved. */
function setTest(constants: readonly Constant[]): ScalarTest {
  const [only] = constants;
  if (constants.length === 1) return (value) => value === only;
  const set = new Set<FieldScalar>(constants);
  return (value) => set.has(value);
}

function modified(tests: readonly ScalarTest[], modifier: Modifier): ScalarTest {
  const [only] = tests;
  // Of no values none holds, and not all of them either.
  if (only === undefined) return () => false;
  if (tests.length === 1) return only;
  switch (modifier) {
    case 'allof':
      return (value) => tests.every((test) => test(value));
    case 'anyof':
      return (value) => tests.some((test) => test(value));
    case 'oneof':
      return (value) => tests.reduce((count, test) => count + Number(test(value)), 0) === 1;
  }
}

/** From one value to what a field yields: nothing, one, a list, a chain, two ends. */
function quantify(left: BoundOperand, operator: Operator, test: ScalarTest): BoundCheck['test'] {
  const every = left.isList ? operator === 'in' : left.several === 'ends' && operator === '!=';
  if (!left.isList && left.several === undefined) {
    return (value) => value !== undefined && !isListValue(value) && test(value);
  }
  return (value) => {
    if (value === undefined) return false;
    const values = isListValue(value) ? value : [value];
    if (values.length === 0) return false;
    return every ? values.every(test) : values.some(test);
  };
}

/**
 * Checks of whole texts, their beginnings and their ends need no test of their own: all of a field
 * are answered by one walk (text-index.ts). Others, and those that count matches, do.
 */
function lookupOf(
  check: Check,
  left: BoundOperand,
  texts: readonly string[],
): TextLookup | undefined {
  if (left.isList || left.several !== undefined || texts.length === 0) return undefined;
  if (left.type !== 'string' && left.type !== 'buffer') return undefined;
  if (left.field?.def.name === 'evt.rawarg') return undefined;
  const anyOf = check.modifier === undefined || check.modifier === 'anyof' || texts.length === 1;
  switch (check.operator) {
    case '=':
    case 'in':
    case 'intersects':
      return anyOf ? { how: 'equals', values: texts, negated: false } : undefined;
    case '!=': {
      const noneOf = check.modifier !== 'anyof' && check.modifier !== 'oneof';
      return noneOf || texts.length === 1
        ? { how: 'equals', values: texts, negated: true }
        : undefined;
    }
    case 'startswith':
      return anyOf ? { how: 'prefix', values: texts, negated: false } : undefined;
    case 'endswith':
      return anyOf ? { how: 'suffix', values: texts, negated: false } : undefined;
    default:
      return undefined;
  }
}

/**
 * ns of one test, measured (test/bench/engine.ts). They only order checks, so what counts is which
 * is dearer, not by how much.
 */
const TEST_COSTS: Readonly<Record<Operator, number>> = {
  '=': 4,
  '!=': 4,
  '<': 4,
  '<=': 4,
  '>': 4,
  '>=': 4,
  exists: 1,
  in: 12,
  intersects: 12,
  contains: 30,
  icontains: 120,
  bcontains: 30,
  startswith: 5,
  bstartswith: 5,
  endswith: 6,
  glob: 60,
  iglob: 150,
  pmatch: 300,
  regex: 2000,
};

function testCost(operator: Operator, constants: number): number {
  const isSet = operator === 'in' || operator === 'intersects' || operator === 'pmatch';
  return TEST_COSTS[operator] * (isSet ? 1 : Math.max(1, constants));
}

/**
 * How often a check holds, guessed: rules look for what is rare, so equality seldom does. Together
 * with the cost it tells which check of an `and` ends it soonest for its price.
 */
const CHANCES: Partial<Record<Operator, number>> = {
  '!=': 0.9,
  exists: 0.8,
  '>': 0.5,
  '>=': 0.6,
  '<': 0.4,
  '<=': 0.4,
  '=': 0.15,
  in: 0.15,
};

function chanceOf(operator: Operator): number {
  return CHANCES[operator] ?? 0.1;
}

/** A comparison with another field or a transformer: `val(fd.name)`. */
function bindComparison(
  check: Check,
  left: BoundOperand,
  side: Extract<Right, { kind: 'operand' }>,
): BoundCheck {
  const right = asOneValue(bindOperand(side.operand));
  const problem = comparisonProblem(check.operator, left, right);
  if (problem !== undefined) throw new CompileError(problem, check.position);
  return {
    key: `${left.key} ${check.operator} ${check.modifier ?? ''} val(${right.key})`,
    text: printCondition(check),
    left,
    operator: check.operator,
    modifier: check.modifier,
    constants: [],
    right,
    test: () => false,
    lookup: undefined,
    isProcess: left.isProcess && right.isProcess,
    cost: left.cost + right.cost + TEST_COSTS[check.operator] + 10,
    chance: chanceOf(check.operator),
    position: check.position,
  };
}

/** What Falco refuses of two fields side by side. */
function comparisonProblem(
  operator: Operator,
  left: BoundOperand,
  right: BoundOperand,
): string | undefined {
  if (isForConstants(left)) return `field '${left.key}' doesn't support right-hand side fields`;
  if (isForConstants(right)) return `field '${right.key}' can't be used as a right-hand side field`;
  if (operator === 'pmatch' || operator === 'regex') {
    return `the '${operator}' operator doesn't support right-hand side fields`;
  }
  if (left.type === right.type || isOneNumberType(left, right)) return undefined;
  const [mine, its] = [left, right].map(({ key, falcoType }) => `'${key}' (${falcoType})`);
  return `${mine} and ${its} are not of one type`;
}

/** Of one type for Falco, where one of ours is a bigint. */
function isOneNumberType(left: BoundOperand, right: BoundOperand): boolean {
  const isNumber = ({ type }: BoundOperand) => type === 'number' || type === 'bigint';
  return isNumber(left) && isNumber(right) && left.falcoType === right.falcoType;
}

function isForConstants({ field }: BoundOperand): boolean {
  return (field?.def.plainOnly || field?.def.constantsOnly) ?? false;
}

/** The whole check as a function of the event. */
export function evaluateCheck(check: BoundCheck, read: Read): Read {
  const { right, operator, test } = check;
  if (right === undefined) return (ctx) => test(read(ctx));
  if (check.left.several === undefined) {
    return (ctx) => compareOperands(operator, read(ctx), right.read(ctx));
  }
  return (ctx) => {
    const [values, other] = [read(ctx), right.read(ctx)];
    return isListValue(values) && values.some((one) => compareOperands(operator, one, other));
  };
}
