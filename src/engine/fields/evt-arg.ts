import type { Evaluation } from '#model/evaluation.ts';
import { EVENTS, paramIndex } from '#model/event-schema.ts';
import type { FieldRow } from './define.ts';
import { checkIndex, defineFields } from './define.ts';
import type { FieldDef, FieldValue, Read, TypeView } from './field.ts';
import { baseDirectory, paramPrinters, shown } from './param-print.ts';
import {
  isNumeric,
  isWide,
  paramBigint,
  paramBytes,
  paramNumber,
  paramText,
} from './param-value.ts';
import { joinPath } from './paths.ts';

/** Fields that read one parameter of the event: by name, by position, as text or as it came. */

const NO_VALUE: TypeView = { constant: undefined };

/** Names that a parameter of any event has; a name that starts with one is read as that one. */
const PARAM_NAMES: ReadonlySet<string> = new Set(
  EVENTS.flatMap((event) => event.params.map((param) => param.name)),
);

function isIndex(arg: string): boolean {
  return /^\d+$/.test(arg);
}

/** A position stands for whatever parameter an event has there. */
function indexOf(eventType: number, arg: string): number {
  return isIndex(arg) ? Number(arg) : paramIndex(eventType, arg);
}

type MakeRead = (eventType: number, index: number, arg: string) => Read | undefined;

/** Reads a parameter in a way made for the event's type, which is looked up for each event. */
function byEventType(make: MakeRead) {
  const view = (eventType: number, arg: string): TypeView => {
    const index = indexOf(eventType, arg);
    const params = EVENTS[eventType]?.params ?? [];
    const read = index < 0 || index >= params.length ? undefined : make(eventType, index, arg);
    return read === undefined ? NO_VALUE : { read };
  };
  const bind = (arg: string): Read => {
    const views: (TypeView | undefined)[] = [];
    return (ctx) => {
      const type = ctx.evt.type;
      const known = views[type] ?? view(type, arg);
      views[type] = known;
      return 'read' in known ? known.read(ctx) : known.constant;
    };
  };
  return { bind, forType: view };
}

/** An event of an older schema may end before the parameter: then it is null. */
const printed = byEventType((eventType, index) => {
  const print = paramPrinters(eventType)[index];
  if (print === undefined) return undefined;
  return (ctx) => (index < ctx.evt.paramCount ? shown(print(ctx)) : undefined);
});

/** One name may be 32 bits in one event and 64 in another: all are read as the first one is. */
const raw = byEventType((eventType, index, arg) => {
  const type = EVENTS[eventType]?.params[index]?.type ?? '';
  const wanted = rawArgType(arg);
  if (isWide(type)) {
    if (wanted === 'bigint') return (ctx) => paramBigint(ctx.evt, index);
    return (ctx) => numberOf(paramBigint(ctx.evt, index));
  }
  if (isNumeric(type)) {
    if (wanted === 'number') return (ctx) => paramNumber(ctx.evt, index, type);
    return (ctx) => bigintOf(paramNumber(ctx.evt, index, type));
  }
  if (type === 'bytebuf') return (ctx) => paramBytes(ctx.evt, index);
  return (ctx) => paramText(ctx.evt, index) ?? '<NA>';
});

function numberOf(value: bigint | undefined): number | undefined {
  return value === undefined ? undefined : Number(value);
}

function bigintOf(value: number | undefined): bigint | undefined {
  return value === undefined ? undefined : BigInt(value);
}

/** A read at the end of a file has a buffer without bytes. */
const buffer = byEventType((_, index) => (ctx) => paramBytes(ctx.evt, index) ?? '');

/** A name that no event has is a mistake; one that this event lacks is null. */
function checkParam(arg: string): string | undefined {
  if (isIndex(arg)) return undefined;
  return PARAM_NAMES.has(arg) ? undefined : `no event has a parameter "${arg}"`;
}

function checkName(arg: string): string | undefined {
  return PARAM_NAMES.has(arg) ? undefined : `no event has a parameter "${arg}"`;
}

/** Which parameters evt.abspath joins: directory and path, of the source and of the destination. */
const AT_PATHS: Readonly<Record<string, readonly [string, string, string?, string?]>> = {
  renameat: ['olddirfd', 'oldpath', 'newdirfd', 'newpath'],
  renameat2: ['olddirfd', 'oldpath', 'newdirfd', 'newpath'],
  linkat: ['olddir', 'oldpath', 'newdir', 'newpath'],
  symlinkat: ['linkdirfd', 'linkpath', 'linkdirfd', 'linkpath'],
  openat: ['dirfd', 'name', 'dirfd', 'name'],
  openat2: ['dirfd', 'name', 'dirfd', 'name'],
  unlinkat: ['dirfd', 'name', 'dirfd', 'name'],
  mkdirat: ['dirfd', 'path', 'dirfd', 'path'],
  fchmodat: ['dirfd', 'filename', 'dirfd', 'filename'],
  fchownat: ['dirfd', 'pathname', 'dirfd', 'pathname'],
};

/** Falco joins these by the caller's directory or the descriptor's name, never asking the disk. */
function absolutePath(ctx: Evaluation, arg: string): string | undefined {
  const type = ctx.evt.type;
  const names = AT_PATHS[EVENTS[type]?.name ?? ''];
  if (names === undefined || ctx.thread === undefined) return undefined;
  const [directory, path] = arg === 'dst' ? [names[2], names[3]] : [names[0], names[1]];
  const text = paramText(ctx.evt, paramIndex(type, path ?? ''));
  if (text === undefined) return undefined;
  return joinPath(baseDirectory(ctx, paramIndex(type, directory ?? '')), text);
}

const ABSOLUTE: Partial<FieldDef> = {
  arg: 'optional',
  argKind: 'key',
  dotted: true,
  cost: 200,
  checkArg: (arg) =>
    arg === 'src' || arg === 'dst' ? undefined : `expected src or dst, found "${arg}"`,
};

const typeIs = (type: number, arg: string): number => {
  if (isIndex(arg)) return Number(type === Number(arg));
  const first = EVENTS.findIndex((event) => event.name === arg);
  return Number(type === first || type === first + 1);
};

/** Only for `=`: the argument is a time, the value half a window in milliseconds. */
const around = (ctx: Evaluation, arg: string): FieldValue => {
  const difference = ctx.timeNs - BigInt(arg);
  return difference < 0n ? -difference : difference;
};

const ROWS: readonly FieldRow[] = [
  [
    'evt.arg',
    'CHARBUF',
    'One parameter as text, by name or position: evt.arg.flags, evt.arg[0].',
    (ctx, arg) => printed.bind(arg)(ctx),
    {
      ...printed,
      arg: 'required',
      argKind: 'either',
      dotted: true,
      checkArg: checkParam,
      cost: 120,
    },
  ],
  [
    'evt.rawarg',
    'DYNAMIC',
    'One parameter as it came, by name.',
    (ctx, arg) => raw.bind(arg)(ctx),
    {
      ...raw,
      arg: 'required',
      argKind: 'key',
      dotted: true,
      checkArg: checkName,
      plainOnly: true,
      cost: 30,
    },
  ],
  [
    'evt.buffer',
    'BYTEBUF',
    'Bytes that were read or written, as far as they were captured.',
    (ctx) => buffer.bind('data')(ctx),
    { bind: () => buffer.bind('data'), forType: (type) => buffer.forType(type, 'data'), cost: 60 },
  ],
  [
    'evt.type.is',
    'UINT32',
    '1 for events of the type named after the dot, 0 for others.',
    (ctx, arg) => typeIs(ctx.evt.type, arg),
    {
      arg: 'required',
      argKind: 'key',
      dotted: true,
      cost: 1,
      forType: (type, arg) => ({ constant: typeIs(type, arg) }),
    },
  ],
  [
    'evt.abspath',
    'CHARBUF',
    'Absolute path of an *at call; evt.abspath.src and .dst where it has two.',
    absolutePath,
    ABSOLUTE,
  ],
  [
    'evt.around',
    'UINT64',
    'Whether the event is within some milliseconds of a time: evt.around[T]=D.',
    around,
    {
      arg: 'required',
      argKind: 'index',
      type: 'bigint',
      plainOnly: true,
      filterOnly: true,
      checkArg: (arg) => (/^\d+$/.test(arg) ? undefined : checkIndex(arg)),
      cost: 120,
    },
  ],
];

export const EVT_ARG_FIELDS: readonly FieldDef[] = defineFields({}, ROWS);

/** The FieldDef of evt.rawarg for a parameter: its type is that of the first event that has it. */
export function rawArgType(arg: string): 'string' | 'number' | 'bigint' | 'buffer' {
  for (const event of EVENTS) {
    const type = event.params.find((param) => param.name === arg)?.type;
    if (type === undefined) continue;
    if (isWide(type)) return 'bigint';
    if (isNumeric(type)) return 'number';
    return type === 'bytebuf' ? 'buffer' : 'string';
  }
  return 'string';
}
