/**
 * Differential fuzz of the rule engine: conditions and events made at random; generated code must
 * say what the plain interpreter says, for every rule of a set, first and all; the prefilter must
 * pass every open that a rule matches. Each input is made from its own seed.
 */
import assert from 'node:assert/strict';
import type { FixtureEvent } from '#engine/fields/event-fixture.ts';
import { Fixture } from '#engine/fields/event-fixture.ts';
import { FIELDS } from '#engine/fields/table.ts';
import type { Check, Expr, Modifier, Operand, Operator, Right } from '#engine/rules/ast.ts';
import { MODIFIERS } from '#engine/rules/ast.ts';
import { bindCheck } from '#engine/rules/compile/bind-check.ts';
import { CheckBinder } from '#engine/rules/compile/bind-expr.ts';
import { CompileError } from '#engine/rules/compile/compile-error.ts';
import { CompiledRules } from '#engine/rules/compile/compile-rules.ts';
import { interpret } from '#engine/rules/compile/interpret.ts';
import { componentsOf } from '#engine/rules/compile/path-prefix.ts';
import type { PathFilter, PathTest } from '#engine/rules/prefilter.ts';
import { prefilterOf } from '#engine/rules/prefilter.ts';
import type { FdInfo } from '#model/file-descriptor.ts';
import { FD_TYPES } from '#model/file-descriptor.ts';
import { Random } from './random.ts';

const PATHS = [
  '/etc/shadow',
  '/etc/passwd',
  '/etc',
  '/',
  '',
  '/usr/bin/ls',
  '/root/.ssh/id_rsa',
  '/tmp/x',
  '/etc//x',
  '/home/a/.ssh/authorized_keys',
  '/var/log/syslog',
  'relative/path',
  '/proc/1/environ',
  '/\xc3\xa9/\xff',
  '/etc/shadow2',
];
const WORDS = [
  'bash',
  'sh',
  'cat',
  'nginx',
  'BASH',
  '',
  'host',
  'abc123',
  'root',
  'www-data',
  'SUCCESS',
  'ENOENT',
  'true',
  'tcp',
  'f',
  '4',
  '-c',
  'O_CREAT',
  '<NA>',
  ...PATHS,
];
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

function operand(random: Random): Operand {
  if (random.below(12) > 0) return field(random);
  const name = random.pick(['tolower', 'toupper', 'basename', 'len', 'b64'] as const);
  return { kind: 'transform', name, args: [field(random)], position: 0 };
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

const PATH_CHECKS: readonly (readonly [string, Operator])[] = [
  ['fd.name', '='],
  ['fd.name', 'in'],
  ['fd.name', 'startswith'],
  ['fd.name', 'endswith'],
  ['fd.name', 'contains'],
  ['fd.name', 'glob'],
  ['fd.name', 'pmatch'],
  ['fd.directory', '='],
  ['fd.directory', 'in'],
  ['fd.directory', 'startswith'],
  ['fd.directory', 'pmatch'],
  ['fd.filename', '='],
  ['fd.filename', 'in'],
  ['evt.arg.name', 'startswith'],
  ['fs.path.name', 'pmatch'],
];
const PARTS = [
  '/.ssh/',
  '/etc/',
  '/shadow',
  'shadow',
  '/id_rsa',
  '/root/.ssh/',
  '/e',
  '/.s',
  'etc',
  'x',
  '/usr/bin/*',
  '/*/shadow',
  '/tmp/x',
];

function pathCheck(random: Random): Check {
  const [name, operator] = random.pick(PATH_CHECKS);
  const one = (): string => random.pick([...PARTS, ...PATHS]);
  const isList = operator === 'in' || operator === 'pmatch';
  const side: Right = isList
    ? { kind: 'list', values: Array.from({ length: 1 + random.below(3) }, one) }
    : { kind: 'value', value: one() };
  return {
    kind: 'check',
    left: { kind: 'field', name, position: 0 },
    operator,
    right: side,
    position: 0,
  };
}

const CLASS_CHECKS: readonly (readonly [string, Operator, string])[] = [
  ['evt.is_open_write', '=', 'true'],
  ['evt.is_open_read', '=', 'true'],
  ['evt.is_open_write', '!=', 'true'],
  ['fd.num', '>=', '0'],
  ['evt.failed', '=', 'true'],
  ['evt.res', '=', 'SUCCESS'],
  ['evt.rawres', '<', '0'],
  ['evt.is_open_exec', '=', 'true'],
  ['fd.num', '=', '-1'],
];

function classCheck(random: Random): Check {
  const [name, operator, value] = random.pick(CLASS_CHECKS);
  return {
    kind: 'check',
    left: { kind: 'field', name, position: 0 },
    operator,
    right: { kind: 'value', value },
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

const ROOT_DEPTH = 3;

/** Conditions of one set share checks and parts, as macros make them do. */
class Conditions {
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

const PROCESSES = [
  {
    pid: 1,
    comm: 'systemd',
    exe: '/sbin/init',
    exePath: '/usr/lib/systemd/systemd',
    uid: 0,
    gid: 0,
  },
  {
    pid: 2,
    parent: 1,
    comm: 'sshd',
    exe: 'sshd',
    exePath: '/usr/sbin/sshd',
    args: ['-D'],
    uid: 0,
    gid: 0,
    env: 'HOME=/root\0A=b\0',
  },
  {
    pid: 3,
    parent: 2,
    comm: 'bash',
    exe: '-bash',
    exePath: '/bin/bash',
    args: [],
    uid: 33,
    gid: 33,
    tty: 34816,
    cwd: '/root/',
    env: 'HOME=/tmp\0',
  },
  {
    pid: 4,
    parent: 3,
    comm: 'cat',
    exe: 'cat',
    exePath: '/bin/cat',
    args: ['/etc/shadow', '-c'],
    uid: 1000,
    gid: 7,
    cwd: '/etc',
    cgroups: 'cpu=/docker/x\0',
    exeUpperLayer: true,
    cloneNs: 5n,
    container: {
      id: 'abc123',
      fullId: 'abc1234567890',
      runtime: 'docker' as const,
      name: 'web',
      imageRepository: 'nginx',
      imageTag: '1',
      privileged: true,
      labels: { app: 'web' },
      podName: 'web-1',
      podNamespace: 'default',
      mounts: [
        { source: '/host/x', destination: '/x', mode: '', writable: true, propagation: 'rprivate' },
      ],
    },
  },
];

function openEvent(
  random: Random,
  tid: number,
): { event: FixtureEvent; fd: Partial<FdInfo> | undefined } {
  const type = random.pick([
    'syscall_open_x',
    'syscall_openat_2_x',
    'syscall_openat2_x',
    'syscall_creat_x',
  ]);
  const name = random.pick(PATHS);
  const failed = random.below(4) === 0;
  const num = failed ? -1 - random.below(14) : 3 + random.below(5);
  const flags = random.pick([1, 2, 3, 6, 7, 1 | 4096, 2 | 256, 1 | 16384]);
  const rest = type === 'syscall_creat_x' ? {} : { flags };
  const params = { fd: num, name, mode: random.pick([0, 0o644, 0o755]), ino: 5, ...rest };
  const fd = failed
    ? { fd: -1, type: FD_TYPES.unknown, name, nameRaw: name }
    : { fd: num, type: FD_TYPES.fileV2, name, nameRaw: name, ino: 5 };
  return { event: { type, tid, params }, fd };
}

function otherEvent(
  random: Random,
  tid: number,
): { event: FixtureEvent; fd: Partial<FdInfo> | undefined } {
  switch (random.below(5)) {
    case 0: {
      const params = { res: random.pick([0, -2]), fd: 3 };
      const fd = {
        fd: 3,
        type: FD_TYPES.ipv4,
        name: '10.0.0.2:4000->8.8.8.8:443',
        sourceIp: '\n\0\0\x02',
        sourcePort: 4000,
        destinationIp: random.pick(['\b\b\b\b', '\x7f\0\0\x01']),
        destinationPort: 443,
        l4proto: 1,
        isServer: random.below(2) === 0 ? false : undefined,
      };
      return { event: { type: 'socket_connect_x', tid, params }, fd };
    }
    case 1:
      return {
        event: {
          type: 'syscall_execve_19_x',
          tid,
          params: { res: 0, exe: 'cat', args: ['-c'], flags: 2, filename: '/bin/cat' },
        },
        fd: undefined,
      };
    case 2:
      return {
        event: { type: 'syscall_close_x', tid, params: { res: 0, fd: 3 } },
        fd: { fd: 3, type: FD_TYPES.fifo, name: 'pipe:[1]' },
      };
    case 3:
      return {
        event: { type: 'syscall_getcwd_x', tid, params: { res: 5, path: random.pick(PATHS) } },
        fd: undefined,
      };
    default:
      return { event: { type: 'procexit_1_e', tid, params: { status: 0 } }, fd: undefined };
  }
}

const USERS = { 0: 'root', 33: 'www-data' };

/** One rule set against some events; gives how many matches there were. */
export function fuzzEngineOnce(seed: number): number {
  const random = new Random(seed);
  const made = new Conditions(random);
  const binder = new CheckBinder();
  const conditions = Array.from({ length: 1 + random.below(6) }, () =>
    binder.bind(made.next(ROOT_DEPTH)),
  );
  const compiled = new CompiledRules(conditions);
  const prefilters = conditions.map((condition) => prefilterOf([condition]));
  const fixture = new Fixture(PROCESSES, USERS);
  let matches = 0;
  for (let i = 0; i < 12; i++) {
    const tid = random.below(6);
    const { event, fd } = random.below(2) === 0 ? openEvent(random, tid) : otherEvent(random, tid);
    const ctx = fixture.show(event, fd);
    const expected = conditions.flatMap((condition, index) =>
      interpret(condition, ctx) ? [index] : [],
    );
    const found: number[] = [];
    compiled.matchAll(ctx, found);
    const where = `seed ${seed}, event ${i} ${event.type}`;
    assert.deepEqual(found, expected, where);
    assert.equal(compiled.matchFirst(ctx), expected[0] ?? -1, where);
    if (expected.length > 0) {
      assert.ok(compiled.eventTypes.has(ctx.evt.type), `${where}: not among the event types`);
      for (const index of expected) {
        const classes = prefilters[index]?.[ctx.evt.type];
        if (classes !== undefined) assert.ok(passes(classes, event), `${where}: dropped`);
      }
    }
    matches += expected.length;
    if (random.below(3) === 0 && ctx.thread !== undefined) {
      ctx.thread.comm = random.pick(WORDS);
      for (const { pid } of PROCESSES) {
        const thread = fixture.table.thread(pid);
        if (thread !== undefined) thread.generation += 1;
      }
    }
  }
  return matches;
}

/** What the kernel would do with an open: prefilter.ts says which class it has. */
function passes(
  classes: { read: PathFilter; write: PathFilter; failed: PathFilter },
  { type, params = {} }: FixtureEvent,
): boolean {
  const path = String(params['name'] ?? '');
  if (Number(params['fd']) < 0) return classes.failed !== 'none';
  const flags = Number(params['flags'] ?? 2);
  const writes = type === 'syscall_creat_x' || (flags & 2) !== 0;
  const reads = !writes || (flags & 1) !== 0;
  return (reads && lets(classes.read, path)) || (writes && lets(classes.write, path));
}

function lets(filter: PathFilter, path: string): boolean {
  if (typeof filter === 'string') return filter === 'all';
  // What is no absolute path never comes from a kernel's own walk.
  if (!path.startsWith('/') || path.includes('//')) return true;
  return filter.some((test) => holds(test, path));
}

function holds({ kind, value }: PathTest, path: string): boolean {
  const names = componentsOf(path);
  switch (kind) {
    case 'prefix':
      return path.startsWith(value);
    case 'equals':
      return path === value;
    case 'component':
      return names.includes(value);
    case 'basename':
      return names.at(-1) === value;
  }
}
