import { isInNetwork, parseIp, parseNetwork } from '#engine/fields/address-text.ts';
import type { FieldScalar } from '#engine/fields/field.ts';
import { globMatcher, lowerAscii } from '#engine/fields/glob.ts';
import { servicePort } from '#engine/fields/service-port.ts';
import type { Operator } from '#engine/rules/ast.ts';
import type { BoundOperand } from './bind-operand.ts';
import { pathPrefixMatcher } from './path-prefix.ts';
import { regexMatcher, regexProblem } from './regex.ts';

/** Comparing one value with one constant of a rule. */
export type ScalarTest = (value: FieldScalar) => boolean;

export type Constant = string | number | bigint | boolean;

/**
 * A constant of a rule in the type of the field it is compared with; a string says what is wrong.
 */
export type ParsedConstant =
  | { readonly ok: true; readonly value: Constant }
  | { readonly ok: false; readonly error: string };

// Falco reads numbers in decimal alone: 0x10 and 1e3 are mistakes in a rule, blanks before are not.
const NUMBER = /^[ \t]*[+-]?\d+$/;
const DECIMAL = /^[ \t]*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

export function parseConstant(text: string, operand: BoundOperand): ParsedConstant {
  switch (operand.type) {
    case 'number':
      return parseNumber(text, operand.falcoType);
    case 'bigint':
      return NUMBER.test(text) ? right(BigInt(text.trim().replace('+', ''))) : notANumber(text);
    case 'bool':
      if (text === 'true' || text === 'false') return right(text === 'true');
      return { ok: false, error: `filter error: unrecognized boolean value ${text}` };
    case 'ip': {
      const address = parseIp(text);
      return address === undefined
        ? { ok: false, error: `unrecognized IP address ${text}` }
        : right(address);
    }
    case 'net':
      return parseNetwork(text) === undefined
        ? { ok: false, error: `unrecognized IP network ${text}` }
        : right(text);
    default:
      return right(text);
  }
}

function right(value: Constant): ParsedConstant {
  return { ok: true, value };
}

function notANumber(text: string): ParsedConstant {
  return { ok: false, error: `${text} is not a valid number` };
}

/** A port may be written as its service, and as nothing, which is 0. */
function parseNumber(text: string, falcoType: string): ParsedConstant {
  if (falcoType === 'DOUBLE') return DECIMAL.test(text) ? right(Number(text)) : notANumber(text);
  if (falcoType === 'PORT' && text === '') return right(0);
  if (NUMBER.test(text)) return right(Number(text));
  const port = falcoType === 'PORT' ? servicePort(text) : undefined;
  return port === undefined ? notANumber(text) : right(port);
}

/** `filter error: 'contains' operator not supported for numeric filters`, or undefined. */
export function operatorProblem(operator: Operator, operand: BoundOperand): string | undefined {
  if (operator === 'exists') return undefined;
  const [kind, allowed] = allowedOperators(operand);
  if (allowed.has(operator)) return undefined;
  return `filter error: '${operator}' operator not supported ${kind} filters`;
}

const ORDER: readonly Operator[] = ['=', '!=', '<', '<=', '>', '>=', 'in', 'intersects'];
const NUMERIC: ReadonlySet<Operator> = new Set(ORDER);
const EQUALITY: ReadonlySet<Operator> = new Set<Operator>(['=', '!=', 'in', 'intersects']);
const LIST: ReadonlySet<Operator> = new Set<Operator>(['in', 'intersects']);
const TEXT: ReadonlySet<Operator> = new Set<Operator>([
  ...ORDER,
  'contains',
  'icontains',
  'startswith',
  'endswith',
  'glob',
  'iglob',
  'pmatch',
  'regex',
]);
const BUFFER: ReadonlySet<Operator> = new Set<Operator>([
  '=',
  '!=',
  'contains',
  'in',
  'startswith',
  'endswith',
  'intersects',
  'bcontains',
  'bstartswith',
]);

/** How Falco names the kind in its message, and what that kind can be compared by. */
function allowedOperators(operand: BoundOperand): readonly [string, ReadonlySet<Operator>] {
  if (operand.isList) return ['list', LIST];
  switch (operand.type) {
    case 'string':
      return ['for string', TEXT];
    case 'buffer':
      return ['for buffer', BUFFER];
    case 'bool':
      return ['for numeric', EQUALITY];
    case 'ip':
    case 'net':
      return ['for ip address and network', EQUALITY];
    default:
      return ['for numeric', NUMERIC];
  }
}

/** What is wrong with a constant for this operator alone: a pattern, hexadecimal digits. */
export function constantProblem(operator: Operator, text: string): string | undefined {
  if (operator === 'regex') {
    const problem = regexProblem(text);
    return problem === undefined ? undefined : `invalid regex pattern: ${problem}`;
  }
  if (operator !== 'bcontains' && operator !== 'bstartswith') return undefined;
  return /^([0-9a-fA-F]{2})+$/.test(text)
    ? undefined
    : `expected pairs of hexadecimal digits, found ${text}`;
}

/**
 * The test of one value against one constant. What the constant needs (a pattern parsed, a mask) is
 * worked out here, once.
 */
export function scalarTest(operator: Operator, constant: Constant, isNet: boolean): ScalarTest {
  if (isNet) return networkTest(operator, String(constant));
  if (typeof constant === 'string') return textTest(operator, constant);
  return orderTest(operator, constant);
}

function networkTest(operator: Operator, text: string): ScalarTest {
  const network = parseNetwork(text);
  if (network === undefined) return () => false;
  if (operator === '!=') return (value) => !isInNetwork(String(value), network);
  return (value) => isInNetwork(String(value), network);
}

function orderTest(operator: Operator, constant: Exclude<Constant, string>): ScalarTest {
  switch (operator) {
    case '!=':
      return (value) => value !== constant;
    case '<':
      return (value) => value < constant;
    case '<=':
      return (value) => value <= constant;
    case '>':
      return (value) => value > constant;
    case '>=':
      return (value) => value >= constant;
    default:
      return (value) => value === constant;
  }
}

/** Values of string fields are strings; the tests say so once, here. */
type TextTest = (value: string) => boolean;

function textTest(operator: Operator, constant: string): ScalarTest {
  const test = makeTextTest(operator, constant);
  return (value) => test(String(value));
}

function makeTextTest(operator: Operator, constant: string): TextTest {
  switch (operator) {
    case '!=':
      return (value) => value !== constant;
    case '<':
      return (value) => value < constant;
    case '<=':
      return (value) => value <= constant;
    case '>':
      return (value) => value > constant;
    case '>=':
      return (value) => value >= constant;
    case 'contains':
      return (value) => value.includes(constant);
    case 'startswith':
      return (value) => value.startsWith(constant);
    case 'endswith':
      return (value) => value.endsWith(constant);
    case 'icontains':
      return containsIgnoringCase(constant);
    case 'bcontains': {
      const bytes = fromHex(constant);
      return (value) => value.includes(bytes);
    }
    case 'bstartswith': {
      const bytes = fromHex(constant);
      return (value) => value.startsWith(bytes);
    }
    case 'glob':
      return globMatcher(constant);
    case 'iglob':
      return globMatcher(constant, { ignoreCase: true });
    case 'pmatch':
      return pathPrefixMatcher([constant]);
    case 'regex':
      return regexMatcher(constant);
    default:
      return (value) => value === constant;
  }
}

/** ASCII alone: other bytes are parts of UTF-8, whose case is nobody's business here. */
function containsIgnoringCase(constant: string): TextTest {
  const wanted = lowerAscii(constant);
  return (value) => lowerAscii(value).includes(wanted);
}

function fromHex(digits: string): string {
  return Buffer.from(digits, 'hex').toString('latin1');
}
