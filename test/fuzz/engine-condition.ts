import { FIELDS } from '#engine/fields/table.ts';
import type {
  Check,
  Expr,
  Modifier,
  Operand,
  Operator,
  Right,
  TransformArg,
  TransformRef,
} from '#engine/rules/ast.ts';
import { MODIFIERS } from '#engine/rules/ast.ts';
import { bindCheck } from '#engine/rules/compile/bind-check.ts';
import { CompileError } from '#engine/rules/compile/compile-error.ts';
import { classCheck, pathCheck } from './engine-path-check.ts';
import { PATHS, WORDS } from './engine-words.ts';
import type { Random } from './random.ts';

const PATTERNS = [
  '*',
  '/etc/*',
  '*.ssh*',
  '[a-c]*',
  '?at',
  '/*/x',
  'b[!x]sh',
  '/etc/sh?dow',
  '*sh',
  '*o*o*',
];
const REGEXES = [
  '.*',
  '/etc/.*',
  '[a-z]+',
  '(ba|c)sh',
  'a*b?c{0,2}',
  '.*shadow[0-9]?',
  '[^/]*',
  '/(etc|tmp)/(x|shadow)',
];
const NUMBERS = ['0', '1', '-1', '3', '7', '11', '22', '443', '1000', '4294967295', '65535'];
const ADDRESSES = ['127.0.0.1', '10.0.0.2', '10.0.0.3', '8.8.8.8', '::1', '2001:db8::1'];
const NETWORKS = ['10.0.0.0/8', '127.0.0.0/8', '0.0.0.0/0', '8.8.8.8', '2001:db8::/32'];
const TEXT_OPERATORS: readonly Operator[] = [
  '=',
  '!=',
  'in',
  'intersects',
  'startswith',
  'endswith',
  'contains',
  'icontains',
  'glob',
  'iglob',
  'pmatch',
  'regex',
  'exists',
];
const NUMBER_OPERATORS: readonly Operator[] = ['=', '!=', '<', '<=', '>', '>=', 'in', 'exists'];
const EQUALITY: readonly Operator[] = ['=', '!=', 'in', 'exists'];

const FIELD_NAMES = FIELDS.filter((def) => def.arg !== 'required' && !def.outputOnly).map(
  (def) => def.name,
);
const WITH_ARGUMENTS = [
  'evt.arg.name',
  'evt.arg.flags',
  'evt.arg.path',
  'evt.arg.res',
  'evt.arg.fd',
  'evt.arg[1]',
  'evt.rawarg.flags',
  'evt.rawarg.res',
  'evt.rawarg.name',
  'proc.aname[1]',
  'proc.aname[2]',
  'proc.apid[1]',
  'proc.args[0]',
  'proc.env[HOME]',
  'proc.aenv[HOME]',
  'container.label.app',
  'thread.cgroup.cpu',
  'evt.type.is.open',
  'evt.abspath.dst',
  'container.mount.dest[/host*]',
];
/** The ones that rules use most, so that they meet. */
const COMMON = [
  'evt.type',
  'fd.name',
  'fd.name',
  'fd.directory',
  'fd.num',
  'proc.name',
  'proc.aname',
  'proc.pname',
  'evt.is_open_read',
  'evt.is_open_write',
  'container.id',
  'fd.sip',
  'fd.ip',
  'fd.net',
  'fd.sport',
  'fd.port',
  'evt.res',
  'evt.failed',
  'user.name',
  'proc.cmdline',
];

function field(random: Random): Operand {
  const text =
    random.below(3) > 0 ? random.pick(COMMON) : random.pick([...FIELD_NAMES, ...WITH_ARGUMENTS]);
  const bracket = /^(.*?)\[(.*)\]$/.exec(text);
  if (bracket === null) return { kind: 'field', name: text, position: 0 };
  return { kind: 'field', name: bracket[1] ?? '', arg: bracket[2] ?? '', position: 0 };
}

type TransformName = TransformRef['name'];

const TRANSFORMERS: readonly TransformName[] = [
  'tolower',
  'toupper',
  'basename',
  'len',
  'b64',
  'join',
  'concat',
  'getopt',
];

function operand(random: Random): Operand {
  if (random.below(12) > 0) return field(random);
  const name = random.pick(TRANSFORMERS);
  const option = name === 'getopt' && random.below(2) === 0 ? { option: 'c' } : {};
  return { kind: 'transform', name, args: transformArgs(random, name), position: 0, ...option };
}

function transformArgs(random: Random, name: TransformName): readonly TransformArg[] {
  const one = (): TransformArg =>
    random.below(3) === 0 ? { kind: 'text', value: random.pick(WORDS) } : operand(random);
  const list: TransformArg = { kind: 'list', items: Array.from({ length: random.below(3) }, one) };
  switch (name) {
    case 'join':
      return [one(), list];
    case 'concat':
      return Array.from({ length: 2 + random.below(2) }, one);
    case 'getopt':
      return [list, { kind: 'text', value: random.pick(['c', 'c:', 'ab:', '']) }];
    default:
      return [operand(random)];
  }
}

function constant(random: Random, operator: Operator, type: string): string {
  if (operator === 'regex') return random.pick(REGEXES);
  if (operator === 'glob' || operator === 'iglob') return random.pick([...PATTERNS, ...WORDS]);
  switch (type) {
    case 'number':
    case 'bigint':
      return random.pick(NUMBERS);
    case 'bool':
      return random.pick(['true', 'false']);
    case 'ip':
      return random.pick(ADDRESSES);
    case 'net':
      return random.pick(NETWORKS);
    default:
      return operator === 'pmatch'
        ? random.pick([...PATHS, '/*/shadow', '/e*'])
        : random.pick(WORDS);
  }
}

const EVENT_TYPES = [
  'open',
  'openat',
  'openat2',
  'creat',
  'close',
  'execve',
  'connect',
  'getcwd',
  'procexit',
];

function right(
  random: Random,
  check: { operator: Operator; modifier: Modifier | undefined; left: Operand },
  type: string,
): Right {
  const one = (): string =>
    check.left.kind === 'field' && /^(evt|syscall)\.type$/.test(check.left.name)
      ? random.pick(EVENT_TYPES)
      : constant(random, check.operator, type);
  if (check.operator === 'exists') return { kind: 'none' };
  const isList =
    check.modifier !== undefined || ['in', 'intersects', 'pmatch'].includes(check.operator);
  if (random.below(25) === 0) return { kind: 'operand', operand: operand(random) };
  if (!isList) return { kind: 'value', value: one() };
  return { kind: 'list', values: Array.from({ length: random.below(6) }, one) };
}

const typesByName = new Map(FIELDS.map((def) => [def.name, def.type]));

function randomCheck(random: Random): Check {
  const left = operand(random);
  const type =
    left.kind === 'field'
      ? (typesByName.get(left.name) ?? 'string')
      : left.name === 'len'
        ? 'number'
        : 'string';
  const operators =
    type === 'string' || type === 'buffer'
      ? TEXT_OPERATORS
      : type === 'number' || type === 'bigint'
        ? NUMBER_OPERATORS
        : EQUALITY;
  const operator = random.pick(operators);
  const takesModifier =
    !['in', 'intersects', 'pmatch', 'exists'].includes(operator) && type === 'string';
  const modifier = takesModifier && random.below(8) === 0 ? random.pick(MODIFIERS) : undefined;
  const facts = { operator, modifier, left };
  return {
    kind: 'check',
    left,
    operator,
    ...(modifier && { modifier }),
    right: right(random, facts, type),
    position: 0,
  };
}

/** A check that binds: of types that do not go together another is made. */
function check(random: Random): Check {
  for (;;) {
    const made = randomCheck(random);
    try {
      bindCheck(made);
      return made;
    } catch (error) {
      if (!(error instanceof CompileError)) throw error;
    }
  }
}

export const ROOT_DEPTH = 3;

/** Conditions of one set share checks and parts, as macros make them do. */
export class Conditions {
  private readonly random: Random;
  private readonly made: Expr[] = [];

  constructor(random: Random) {
    this.random = random;
  }

  next(depth: number): Expr {
    const { random, made } = this;
    if (made.length > 0 && random.below(3) === 0) return random.pick(made);
    const expr = this.fresh(depth);
    made.push(expr);
    return expr;
  }

  /** As most rules are: a type, a class, and paths. */
  private pathRule(): Expr {
    const { random } = this;
    const children = Array.from({ length: 1 + random.below(3) }, (): Expr => {
      const path = pathCheck(random);
      return random.below(4) === 0 ? { kind: 'not', child: path } : path;
    });
    const paths: Expr = { kind: random.below(2) === 0 ? 'or' : 'and', children };
    return { kind: 'and', children: [classCheck(random), paths] };
  }

  private fresh(depth: number): Expr {
    const { random } = this;
    if (depth === ROOT_DEPTH && random.below(3) === 0) return this.pathRule();
    const kind = depth <= 0 ? 9 : random.below(10);
    if (kind >= 6) return check(random);
    if (kind === 5) return { kind: 'not', child: this.next(depth - 1) };
    const children = Array.from({ length: 2 + random.below(4) }, () => this.next(depth - 1));
    return { kind: kind < 3 ? 'and' : 'or', children };
  }
}
