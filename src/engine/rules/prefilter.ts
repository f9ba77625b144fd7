import { DNS_PORT } from '#engine/fields/dns.ts';
import { globPrefix } from '#engine/fields/glob.ts';
import { EVENTS } from '#model/event-schema.ts';
import type { BoundCheck } from './compile/bind-check.ts';
import type { BoundExpr } from './compile/bind-expr.ts';
import { CheckBinder } from './compile/bind-expr.ts';
import { componentsOf } from './compile/path-prefix.ts';
import type { Rule } from './rule.ts';

/**
 * What rules can use of calls that open files, so that the kernel need not send the rest. It is a
 * necessary condition: it may let through what no rule matches, never drop what one does.
 *
 * Each rule is read once for each event type and each class of opens:
 *     read    the call succeeded and its flags do not ask to write (evt.is_open_write is false)
 *     write   the call succeeded and its flags ask to write (true); creat
 *     failed  the call returned an error; paths are not looked at
 * An open for both reading and writing passes where either class lets it, and so must one for
 * neither (O_PATH, whose flags may still say O_WRONLY). Of calls that send, all classes are the
 * same, and the test is of the port that the message goes to. Checks that type and class decide are
 * worked out; of `and` the part that lets least through counts, of `or` all parts; a check of the
 * path gives tests; whatever else, and every negated path, lets everything through.
 */
export type PathFilter = 'all' | 'none' | readonly PathTest[];

/** A property of the path, or of a message, that some rule asks for. Values are byte strings. */
export interface PathTest {
  /**
   * prefix: it begins so · equals · component: one of its names is this · basename: its last is ·
   * port: a decimal number.
   */
  readonly kind: 'prefix' | 'equals' | 'basename' | 'component' | 'port';
  readonly value: string;
}

export interface PathClasses {
  readonly read: PathFilter;
  readonly write: PathFilter;
  readonly failed: PathFilter;
}

/** By event type, for the calls that open files or send messages; every other type passes whole. */
export type Prefilter = Readonly<Record<number, PathClasses>>;

const OPEN_TYPES: readonly number[] = EVENTS.filter(({ constant }) =>
  /^syscall_(open|openat_2|openat2|creat)_x$/.test(constant),
).map((event) => event.id);

/** Those of which the kernel programs know the port; it is that of the fields `dns.*`. */
const SEND_TYPES: readonly number[] = EVENTS.filter(({ constant }) =>
  /^socket_send(to|msg|mmsg)_x$/.test(constant),
).map((event) => event.id);

/** `any`: nothing is known of how the call ended. */
type CallClass = keyof PathClasses | 'any';

export function derivePrefilter(rules: readonly Rule[]): Prefilter {
  const binder = new CheckBinder();
  const conditions = rules
    .filter((rule) => rule.enabled && rule.source === 'syscall')
    .map((rule) => binder.bind(rule.condition));
  return prefilterOf(conditions);
}

/** As derivePrefilter, of conditions that are bound already. */
export function prefilterOf(conditions: readonly BoundExpr[]): Prefilter {
  const prefilter: Record<number, PathClasses> = {};
  for (const type of OPEN_TYPES) {
    prefilter[type] = {
      read: needOf(conditions, type, 'read'),
      write: needOf(conditions, type, 'write'),
      failed: withoutPaths(needOf(conditions, type, 'failed')),
    };
  }
  for (const type of SEND_TYPES) {
    const need = needOf(conditions, type, 'any');
    prefilter[type] = { read: need, write: need, failed: need };
  }
  return prefilter;
}

function needOf(conditions: readonly BoundExpr[], type: number, callClass: CallClass): PathFilter {
  return either(conditions.map((condition) => new Reader(type, callClass).need(condition)));
}

/** The path of a call that failed is the caller's own text: it is not tested. */
function withoutPaths(filter: PathFilter): PathFilter {
  return filter === 'none' ? 'none' : 'all';
}

/** What a condition needs on one event type and class. */
class Reader {
  private readonly type: number;
  private readonly callClass: CallClass;

  constructor(type: number, callClass: CallClass) {
    this.type = type;
    this.callClass = callClass;
  }

  need(expr: BoundExpr, negated = false): PathFilter {
    switch (expr.kind) {
      case 'not':
        return this.need(expr.child, !negated);
      case 'check':
        return this.needOfCheck(expr.check, negated);
      default: {
        const parts = expr.children.map((child) => this.need(child, negated));
        return (expr.kind === 'and') === negated ? either(parts) : least(parts);
      }
    }
  }

  private needOfCheck(check: BoundCheck, negated: boolean): PathFilter {
    const known = this.known(check);
    if (known !== undefined) return known === negated ? 'none' : 'all';
    if (negated || check.right !== undefined) return 'all';
    return (this.callClass === 'any' ? portTests(check) : pathTests(check)) ?? 'all';
  }

  /** What type and class say to a check; undefined where the event decides. */
  private known(check: BoundCheck): boolean | undefined {
    const view = check.left.forType(this.type);
    if (view !== undefined && 'constant' in view) {
      if (view.constant === undefined) return false;
      return check.right === undefined ? check.test(view.constant) : undefined;
    }
    if (check.right !== undefined || this.callClass === 'any') return undefined;
    return this.knownByClass(check);
  }

  private knownByClass(check: BoundCheck): boolean | undefined {
    const isFailed = this.callClass === 'failed';
    switch (check.left.key) {
      case 'evt.is_open_write':
        return isFailed ? undefined : check.test(this.callClass === 'write' && !this.isCreat);
      case 'evt.is_open_read':
        return this.isCreat ? check.test(false) : undefined;
      case 'evt.failed':
        return check.test(isFailed);
      case 'evt.res':
        return isFailed ? failedResult(check) : check.test('SUCCESS');
      case 'fd.num':
      case 'evt.rawres':
      case 'evt.rawarg.fd':
        return isFailed ? alwaysSo(check, FAILED_NUMBERS) : sameForFds(check);
      default:
        return undefined;
    }
  }

  private get isCreat(): boolean {
    return EVENTS[this.type]?.name === 'creat';
  }
}

/** A failed call has -1 as its fd, and a negative error as its result. */
const FAILED_NUMBERS: readonly number[] = Array.from({ length: 4096 }, (_, i) => -1 - i);

/** What a check says to each of some numbers, where it says the same to all. */
function alwaysSo(check: BoundCheck, numbers: readonly number[]): boolean | undefined {
  const [first = 0, ...rest] = numbers;
  const answer = check.test(first);
  return rest.every((number) => check.test(number) === answer) ? answer : undefined;
}

/** An fd is a small number from 0: the smallest and the largest decide order checks. */
function sameForFds(check: BoundCheck): boolean | undefined {
  const isOrder = ['<', '<=', '>', '>='].includes(check.operator) && check.constants.length === 1;
  if (isOrder) return alwaysSo(check, [0, 0x7fff_ffff]);
  const isAbove = check.constants.some((constant) => Number(constant) >= 0);
  return isAbove ? undefined : check.test(0);
}

/** The name of an error is not known, but that it is not SUCCESS is. */
function failedResult(check: BoundCheck): boolean | undefined {
  if (check.constants.length !== 1 || check.constants[0] !== 'SUCCESS') return undefined;
  if (check.operator === '=' || check.operator === 'in') return false;
  return check.operator === '!=' ? true : undefined;
}

function either(filters: readonly PathFilter[]): PathFilter {
  const tests = new Map<string, PathTest>();
  for (const filter of filters) {
    if (filter === 'all') return 'all';
    if (filter === 'none') continue;
    for (const test of filter) tests.set(`${test.kind} ${test.value}`, test);
  }
  return tests.size === 0 ? 'none' : [...tests.values()];
}

/** The part of an `and` that lets least through: nothing, else the fewest tests. */
function least(filters: readonly PathFilter[]): PathFilter {
  let best: PathFilter = 'all';
  for (const filter of filters) {
    if (filter === 'none') return 'none';
    if (filter !== 'all' && (best === 'all' || filter.length < best.length)) best = filter;
  }
  return best;
}

type TestsOf = (text: string) => readonly PathTest[] | undefined;

// On a successful open these are all the absolute path.
const PATH_FIELDS: ReadonlySet<string> = new Set(['fd.name', 'evt.arg.name', 'fs.path.name']);

/** The tests that a path must pass for a check to hold; undefined where none can be told. */
function pathTests(check: BoundCheck): readonly PathTest[] | undefined {
  const { modifier, operator, constants } = check;
  const testsOf = testsFor(check.left.key, operator);
  if (testsOf === undefined) return undefined;
  const each = constants.map((constant) => testsOf(String(constant)));
  if (modifier === 'allof') return each.find((tests) => tests !== undefined);
  if (each.includes(undefined)) return undefined;
  return each.flatMap((tests) => tests ?? []);
}

/** What is not sent to a name server is no question, and no check of its parts holds. */
function portTests(check: BoundCheck): readonly PathTest[] | undefined {
  return DNS_OPERAND.test(check.left.key) ? [DNS_TEST] : undefined;
}

/** A field of the question, or what is null where the field is. */
const DNS_OPERAND = /^(?:dns\.question\.\w+|(?:len|tolower|toupper)\(dns\.question\.\w+\))$/;

const DNS_TEST: PathTest = { kind: 'port', value: String(DNS_PORT) };

function testsFor(field: string, operator: BoundCheck['operator']): TestsOf | undefined {
  const isEqual = operator === '=' || operator === 'in' || operator === 'intersects';
  if (PATH_FIELDS.has(field)) return isEqual ? equalTo : PATH_OPERATORS[operator];
  if (field === 'fd.directory') return isEqual ? inDirectory : DIRECTORY_OPERATORS[operator];
  if (field !== 'fd.filename' || !isEqual) return undefined;
  return (name) => (isName(name) ? [{ kind: 'basename', value: name }] : undefined);
}

function isName(text: string): boolean {
  return text !== '' && text !== '.' && text !== '..' && !text.includes('/');
}

const equalTo: TestsOf = (path) =>
  componentsOf(path).length > 0 && path.startsWith('/')
    ? [{ kind: 'equals', value: path }]
    : undefined;

/** A prefix tells something only by the names that it has whole. */
const startingWith: TestsOf = (prefix) =>
  prefix.startsWith('/') && prefix.lastIndexOf('/') > 0
    ? [{ kind: 'prefix', value: prefix }]
    : undefined;

const below: TestsOf = (path) => {
  const names = componentsOf(path);
  const firstPattern = names.findIndex((name) => /[*?[\\]/.test(name));
  const whole = firstPattern < 0 ? names : names.slice(0, firstPattern);
  if (whole.length === 0) return undefined;
  const value = `/${whole.join('/')}`;
  return [
    { kind: 'prefix', value: `${value}/` },
    { kind: 'equals', value },
  ];
};

/** `/ssh/id` at the end of a path: its last name, where the text has all of it. */
const endingWith: TestsOf = (suffix) => {
  const slash = suffix.lastIndexOf('/');
  const name = suffix.slice(slash + 1);
  return slash >= 0 && isName(name) ? [{ kind: 'basename', value: name }] : undefined;
};

/** `/.ssh/` anywhere in a path: a name between two slashes is one of the path's. */
const containing: TestsOf = (text) => {
  const names = text.split('/').slice(1, -1).filter(isName);
  const longest = names.toSorted((a, b) => b.length - a.length)[0];
  return longest === undefined ? undefined : [{ kind: 'component', value: longest }];
};

const PATH_OPERATORS: Partial<Record<BoundCheck['operator'], TestsOf>> = {
  startswith: startingWith,
  glob: (pattern) => startingWith(globPrefix(pattern)),
  pmatch: below,
  endswith: endingWith,
  contains: containing,
};

/** A directory that is opened is its own directory. */
const inDirectory: TestsOf = (path) =>
  path.startsWith('/') && path !== '/' ? below(literal(path)) : undefined;

/** Nothing in a directory's name is a pattern here. */
function literal(path: string): string {
  return /[*?[\\]/.test(path) ? path.slice(0, path.search(/[*?[\\]/)) : path;
}

const DIRECTORY_OPERATORS: Partial<Record<BoundCheck['operator'], TestsOf>> = {
  startswith: startingWith,
  pmatch: below,
  glob: (pattern) => startingWith(globPrefix(pattern)),
};
