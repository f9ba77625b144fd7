import type { Evaluation } from '#model/evaluation.ts';
import type { EventInfo } from '#model/event-schema.ts';
import { EVENTS } from '#model/event-schema.ts';
import type { FieldRow } from './define.ts';
import { defineFields } from './define.ts';
import type { FieldDef, FieldValue, TypeView } from './field.ts';
import { errnoName } from './flag-names.ts';
import { paramPrinters } from './param-print.ts';
import { hasReturnValue, paramText, returnValue } from './param-value.ts';
import { GENERIC, GENERIC_NAMES, genericName, genericNumber } from './syscall-name.ts';

/** Fields of the event itself: type, result, arguments as a whole. */

/** What a program put into the stream: its name is its own. */
const ASYNC = 402;
const NS_PER_S = 1_000_000_000n;
// Parts of an event's category, as the schema numbers them: a number below 32, marks above.
const SYSCALL_CATEGORY = 512;
const IO_CATEGORY = 32;

/** Every name that evt.type can have. */
export const EVENT_NAMES: ReadonlySet<string> = new Set([
  ...EVENTS.map((event) => event.name),
  ...GENERIC_NAMES,
]);

/** What evt.type is of an event. */
function typeName(ctx: Evaluation): string {
  const type = ctx.evt.type;
  if (type === GENERIC) return genericName(genericNumber(ctx.evt));
  if (type === ASYNC) return paramText(ctx.evt, 1) ?? '';
  return EVENTS[type]?.name ?? '';
}

/** A value that only the event's type decides, but for the few types that carry their own name. */
function byType(value: (event: EventInfo) => FieldValue | undefined): Pick<FieldDef, 'forType'> {
  const values = EVENTS.map(value);
  return { forType: (type) => ({ constant: values[type] }) };
}

function flagged(...flags: readonly string[]): FieldRow[4] {
  return { ...byType((event) => flags.some((flag) => event.flags.has(flag))), cost: 1 };
}

function hasFlag(ctx: Evaluation, flag: string): boolean {
  return EVENTS[ctx.evt.type]?.flags.has(flag) ?? false;
}

const typeNameByType = (type: number): TypeView | undefined =>
  type === GENERIC || type === ASYNC ? undefined : { constant: EVENTS[type]?.name };

function isSyscall(type: number): boolean {
  return ((EVENTS[type]?.category ?? 0) & SYSCALL_CATEGORY) !== 0;
}

const CATEGORIES = [
  'unknown',
  'other',
  'file',
  'net',
  'IPC',
  'memory',
  'process',
  'sleep',
  'system',
  'signal',
  'user',
  'time',
  'processing',
] as const;

/** Below 512 and above the I/O bit: what an I/O call does is told by the kind of its fd. */
function category(ctx: Evaluation): string {
  const base = (EVENTS[ctx.evt.type]?.category ?? 0) & 0x1ff;
  if (base < CATEGORIES.length) return CATEGORIES[base] ?? 'unknown';
  if (base === 64) return 'wait';
  if (base === 128) return 'scheduler';
  if (base === 256) return 'internal';
  return base >= IO_CATEGORY && base < 64
    ? fdCategory(ctx.fd?.fd === -1 ? undefined : ctx.fd?.type)
    : 'unknown';
}

// Kinds of descriptors by what reading and writing them is; ids as in FD_TYPES.
const FILE_TYPES: ReadonlySet<number | undefined> = new Set([1, 2, 16]);
const NET_TYPES: ReadonlySet<number | undefined> = new Set([3, 4, 5, 6]);
const IPC_TYPES: ReadonlySet<number | undefined> = new Set([7, 8, 9, 11, 13, 19]);

function fdCategory(fdType: number | undefined): string {
  if (FILE_TYPES.has(fdType)) return 'file';
  if (NET_TYPES.has(fdType)) return 'net';
  return IPC_TYPES.has(fdType) ? 'ipc' : 'unknown';
}

/** null on events that return nothing, so that `evt.failed = false` does not hold there either. */
function failed(ctx: Evaluation): boolean | undefined {
  const value = returnValue(ctx.evt);
  return value === undefined ? undefined : value < 0;
}

/** An error that has no name is told by its number. */
function resultName(ctx: Evaluation): string | undefined {
  const value = returnValue(ctx.evt);
  if (value === undefined) return undefined;
  if (value >= 0) return 'SUCCESS';
  const name = errnoName(value);
  return name === '' ? String(value) : name;
}

const resultByType = (type: number): TypeView | undefined =>
  hasReturnValue(type) ? undefined : { constant: undefined };

/** `name=plain(resolved)` each; a generic call's own parameters are not its arguments. */
function allArguments(ctx: Evaluation): string {
  if (ctx.evt.type === GENERIC) return '';
  const params = EVENTS[ctx.evt.type]?.params ?? [];
  return paramPrinters(ctx.evt.type)
    .slice(0, ctx.evt.paramCount)
    .map((print, i) => {
      const { plain, resolved } = print(ctx);
      return `${params[i]?.name}=${plain}${resolved === '' ? '' : `(${resolved})`}`;
    })
    .join(' ');
}

/** 1 for a failure of that kind, 0 for a success, null for what is of another kind. */
function countError(ctx: Evaluation, of: (kind: string) => boolean): number | undefined {
  const value = failed(ctx);
  return value === undefined || !of(errorKind(ctx)) ? undefined : Number(value);
}

/** By the descriptor, else by what the call would have made. */
function errorKind(ctx: Evaluation): string {
  const kind = ctx.fd !== undefined && ctx.fd.fd >= 0 ? fdCategory(ctx.fd.type) : 'none';
  if (kind === 'file' || kind === 'net') return kind;
  if (ctx.fd?.type === 8) return 'net';
  if (kind !== 'none') return 'other';
  const { name, category: group } = EVENTS[ctx.evt.type] ?? { name: '', category: 0 };
  if (/^(open|openat|openat2|creat|open_by_handle_at)$/.test(name)) return 'file';
  if (/^(accept|accept4|connect)$/.test(name)) return 'net';
  return (group & 0x1ff) === 5 ? 'memory' : 'other';
}

/** What an I/O call moved, which may be less than it asked for. */
function bufferLength(ctx: Evaluation): number | undefined {
  if (((EVENTS[ctx.evt.type]?.category ?? 0) & IO_CATEGORY) === 0) return undefined;
  if (ctx.fd === undefined || ctx.fd.fd < 0) return undefined;
  const value = returnValue(ctx.evt);
  return value === undefined || value < 0 ? undefined : value;
}

const SYSCALL_ROWS: readonly FieldRow[] = [
  [
    'evt.deltatime',
    'RELTIME',
    'Nanoseconds since the previous event.',
    (c) => c.timeNs - c.previousTimeNs,
    { cost: 80 },
  ],
  [
    'evt.deltatime.s',
    'RELTIME',
    'Whole seconds since the previous event.',
    (c) => (c.timeNs - c.previousTimeNs) / NS_PER_S,
    { cost: 100 },
  ],
  [
    'evt.deltatime.ns',
    'RELTIME',
    'Nanoseconds within the second since the previous event.',
    (c) => (c.timeNs - c.previousTimeNs) % NS_PER_S,
    { cost: 100 },
  ],
  [
    'evt.dir',
    'CHARBUF',
    "Direction, `<` for every event but a few of the sensor's own.",
    (c) => (c.evt.type % 2 === 0 ? '>' : '<'),
    byType((event) => (event.id % 2 === 0 ? '>' : '<')),
  ],
  [
    'evt.type',
    'CHARBUF',
    'Name of the event: the syscall, or procexit, signaldeliver and the like.',
    typeName,
    { cost: 2, forType: typeNameByType },
  ],
  [
    'syscall.type',
    'CHARBUF',
    'Name of the syscall; not set for other events.',
    (c) => (isSyscall(c.evt.type) ? typeName(c) : undefined),
    {
      cost: 2,
      forType: (type) => (isSyscall(type) ? typeNameByType(type) : { constant: undefined }),
    },
  ],
  [
    'evt.category',
    'CHARBUF',
    'Kind of event: file, net, IPC, memory, process, signal, user …',
    category,
    { cost: 15 },
  ],
  ['evt.cpu', 'INT16', 'The CPU that the event happened on.', (c) => c.evt.cpu, { cost: 1 }],
  ['evt.args', 'CHARBUF', 'All parameters in one text.', allArguments, { cost: 2000 }],
  ['evt.info', 'CHARBUF', 'The same as evt.args.', allArguments, { cost: 2000 }],
  ['evt.buflen', 'UINT64', 'How many bytes were read or written.', bufferLength, { cost: 10 }],
  [
    'evt.res',
    'CHARBUF',
    'SUCCESS, or the name of the error (ENOENT).',
    resultName,
    { cost: 10, forType: resultByType },
  ],
  [
    'evt.rawres',
    'INT64',
    'The return value as a number.',
    (c) => returnValue(c.evt),
    { cost: 5, forType: resultByType },
  ],
  [
    'evt.failed',
    'BOOL',
    'Whether the call returned an error.',
    failed,
    { cost: 5, forType: resultByType },
  ],
  [
    'evt.is_io',
    'BOOL',
    'Whether the call reads from or writes to an fd.',
    (c) => hasFlag(c, 'reads') || hasFlag(c, 'writes'),
    flagged('reads', 'writes'),
  ],
  [
    'evt.is_io_read',
    'BOOL',
    'Whether the call reads from an fd.',
    (c) => hasFlag(c, 'reads'),
    flagged('reads'),
  ],
  [
    'evt.is_io_write',
    'BOOL',
    'Whether the call writes to an fd.',
    (c) => hasFlag(c, 'writes'),
    flagged('writes'),
  ],
  [
    'evt.io_dir',
    'CHARBUF',
    '`read` or `write` for calls that do.',
    (c) => ioDirection(EVENTS[c.evt.type]),
    { cost: 1, ...byType(ioDirection) },
  ],
  [
    'evt.is_wait',
    'BOOL',
    'Whether the call makes its thread wait.',
    (c) => hasFlag(c, 'waits'),
    flagged('waits'),
  ],
  [
    'evt.is_syslog',
    'BOOL',
    'Whether the call writes to /dev/log.',
    (c) => hasFlag(c, 'writes') && (c.fd?.name.includes('/dev/log') ?? false),
    { cost: 20 },
  ],
  [
    'evt.count',
    'UINT32',
    'Always 1, for adding up.',
    () => 1,
    { cost: 1, forType: () => ({ constant: 1 }) },
  ],
  [
    'evt.count.error',
    'UINT32',
    '1 for a call that failed.',
    (c) => countError(c, () => true),
    { cost: 10 },
  ],
  [
    'evt.count.error.file',
    'UINT32',
    '1 for a file call that failed.',
    (c) => countError(c, (kind) => kind === 'file'),
    { cost: 30 },
  ],
  [
    'evt.count.error.net',
    'UINT32',
    '1 for a network call that failed.',
    (c) => countError(c, (kind) => kind === 'net'),
    { cost: 30 },
  ],
  [
    'evt.count.error.memory',
    'UINT32',
    '1 for a memory call that failed.',
    (c) => countError(c, (kind) => kind === 'memory'),
    { cost: 30 },
  ],
  [
    'evt.count.error.other',
    'UINT32',
    '1 for any other call that failed.',
    (c) => countError(c, (kind) => kind === 'other'),
    { cost: 30 },
  ],
  [
    'evt.count.exit',
    'UINT32',
    '1 for every event with a result.',
    (c) => (c.evt.type % 2 === 1 ? 1 : undefined),
    { cost: 1 },
  ],
];

function ioDirection(event: EventInfo | undefined): string | undefined {
  if (event?.flags.has('writes')) return 'write';
  return event?.flags.has('reads') ? 'read' : undefined;
}

export const EVT_FIELDS: readonly FieldDef[] = defineFields({}, SYSCALL_ROWS);
