import type { Evaluation } from '#model/evaluation.ts';
import type { ParamInfo } from '#model/event-schema.ts';
import { EVENTS } from '#model/event-schema.ts';
import { ipv4Text, ipv6Text, isMappedIpv4 } from './address-text.ts';
import { fdOf, fdTag, fdTypeChar } from './event-fd.ts';
import { enumName, errnoName, flagNames, flagTable } from './flag-names.ts';
import {
  isNumeric,
  isWide,
  paramBigint,
  paramBytes,
  paramNumber,
  paramText,
} from './param-value.ts';
import { joinPath } from './paths.ts';
import { syscallName } from './syscall-name.ts';
import { SIGNAL_NAMES } from './tables/signal-names.ts';
import { localTimestamp, secondsText } from './time-text.ts';

/**
 * Parameters as `evt.arg` and `evt.args` show them. Each has a plain form (`3`, `-2`, a path as the
 * caller wrote it) and, where it stands for something, a resolved one (`<f>/etc/passwd`, `ENOENT`,
 * the absolute path). A condition sees the resolved form where there is one.
 */
export interface Printed {
  readonly plain: string;
  /** '' where there is none. */
  readonly resolved: string;
}

/** Prints one parameter of one event type. */
export type PrintParam = (ctx: Evaluation) => Printed;

type MakePrint = (index: number, info: ParamInfo, eventName: string) => PrintParam;

const NOT_AVAILABLE: Printed = { plain: '<NA>', resolved: '' };
const NULL_BYTES: Printed = { plain: 'NULL', resolved: '' };
/** What a dirfd holds for "from the current directory". */
const AT_FDCWD = -100;
/** What a relative time holds for "none". */
const NO_TIME = 0xffff_ffff_ffff_ffffn;

const MAKERS: Readonly<Record<string, MakePrint>> = {
  fd: (index) => (ctx) => orMissing(paramNumber(ctx.evt, index, 'fd'), (fd) => printFd(ctx, fd)),
  pid: (index) => (ctx) =>
    orMissing(paramNumber(ctx.evt, index, 'pid'), (pid) => printPid(ctx, pid)),
  errno: printErrno,
  charbuf: (index) => (ctx) => printText(paramText(ctx.evt, index)),
  fspath: (index) => (ctx) => printPath(ctx, paramText(ctx.evt, index), ctx.thread?.cwd),
  fsrelpath: (index) => (ctx) =>
    printPath(ctx, paramText(ctx.evt, index), baseDirectory(ctx, index - 1)),
  bytebuf: (index) => (ctx) => printBytes(paramBytes(ctx.evt, index)),
  sockaddr: (index) => (ctx) => printText(socketAddress(paramBytes(ctx.evt, index))),
  socktuple: (index) => (ctx) => {
    const text = socketTuple(paramBytes(ctx.evt, index));
    return text === undefined ? NULL_BYTES : { plain: text, resolved: '' };
  },
  fdlist: (index) => (ctx) => printFdList(ctx, paramBytes(ctx.evt, index)),
  sigtype: numberWith((signal) => SIGNAL_NAMES[signal] ?? ''),
  syscallid: numberWith(syscallName),
  uid: (index) => (ctx) => printId(paramNumber(ctx.evt, index, 'uid'), (uid) => userOf(ctx, uid)),
  gid: (index) => (ctx) => printId(paramNumber(ctx.evt, index, 'gid'), (gid) => groupOf(ctx, gid)),
  reltime: printDuration,
  abstime: (index) => (ctx) =>
    orMissing(paramBigint(ctx.evt, index), (ns) => ({ plain: localTimestamp(ns), resolved: '' })),
  dyn: printDynamic,
  mode: flagWord(flagNames),
  flags8: flagWord(flagNames),
  flags16: flagWord(flagNames),
  flags32: flagWord(flagNames),
  enumflags8: flagWord(enumName),
  enumflags16: flagWord(enumName),
  enumflags32: flagWord(enumName),
};

const printers: (readonly PrintParam[] | undefined)[] = [];

/** Printers for each parameter of an event type, in its order. */
export function paramPrinters(eventType: number): readonly PrintParam[] {
  const known = printers[eventType];
  if (known !== undefined) return known;
  const event = EVENTS[eventType];
  const made = (event?.params ?? []).map((info, index) => {
    const make = MAKERS[info.type] ?? (isNumeric(info.type) ? printNumber : MAKERS['bytebuf']);
    return make === undefined ? () => NOT_AVAILABLE : make(index, info, event?.name ?? '');
  });
  printers[eventType] = made;
  return made;
}

/** What a condition sees of a printed parameter. */
export function shown(printed: Printed): string {
  return printed.resolved === '' ? printed.plain : printed.resolved;
}

function orMissing<T>(value: T | undefined, print: (value: T) => Printed): Printed {
  return value === undefined ? NOT_AVAILABLE : print(value);
}

function printNumber(index: number, info: ParamInfo): PrintParam {
  if (isWide(info.type)) {
    return (ctx) =>
      orMissing(paramBigint(ctx.evt, index), (value) => plain(wideInBase(value, info.base)));
  }
  return (ctx) =>
    orMissing(paramNumber(ctx.evt, index, info.type), (value) => plain(inBase(value, info.base)));
}

/** A u64 in decimal is shown as if it had a sign, as lseek's offsets have. */
function wideInBase(value: bigint, base: ParamInfo['base']): string {
  return base === 'd' ? String(BigInt.asIntN(64, value)) : inBase(value, base);
}

function plain(text: string): Printed {
  return { plain: text, resolved: '' };
}

/** Falco prints 64 bits as signed in decimal, whatever their type. */
function inBase(value: number | bigint, base: ParamInfo['base']): string {
  if (base === 'x') return unsigned(value).toString(16).toUpperCase();
  if (base === 'o') return value === 0 ? '0' : `0${unsigned(value).toString(8)}`;
  return (typeof value === 'bigint' ? BigInt.asIntN(64, value) : value).toString();
}

function unsigned(value: number | bigint): number | bigint {
  if (value >= 0) return value;
  return BigInt.asUintN(64, BigInt(value));
}

function printErrno(index: number): PrintParam {
  return (ctx) =>
    orMissing(paramNumber(ctx.evt, index, 'errno'), (value) => ({
      plain: String(value),
      resolved: value < 0 ? errnoName(value) : '',
    }));
}

function numberWith(name: (value: number) => string): MakePrint {
  return (index, info) => (ctx) =>
    orMissing(paramNumber(ctx.evt, index, info.type), (value) => ({
      plain: String(value),
      resolved: name(value),
    }));
}

function flagWord(names: typeof flagNames): MakePrint {
  return (index, info, eventName) => {
    const table = flagTable(eventName, info.name);
    const base = info.type === 'mode' ? info.base : 'd';
    return (ctx) =>
      orMissing(paramNumber(ctx.evt, index, info.type), (value) => ({
        plain: inBase(value, base),
        resolved: table === undefined ? '' : names(table, value),
      }));
  };
}

function printFd(ctx: Evaluation, num: number): Printed {
  const text = String(num);
  if (num < 0) return { plain: text, resolved: num === AT_FDCWD ? 'AT_FDCWD' : errnoName(num) };
  const fd = fdOf(ctx, num);
  return { plain: text, resolved: fd === undefined ? '' : fdTag(fd) + fd.name };
}

function printPid(ctx: Evaluation, pid: number): Printed {
  return { plain: String(pid), resolved: ctx.state.thread(pid)?.comm ?? '' };
}

function printText(text: string | undefined): Printed {
  return text === undefined ? NOT_AVAILABLE : plain(text);
}

/** A relative path is shown resolved against `base` too; an absolute one is shown as it is. */
function printPath(ctx: Evaluation, path: string | undefined, base: string | undefined): Printed {
  if (path === undefined) return NOT_AVAILABLE;
  if (ctx.thread === undefined || path === '<NA>') return plain(path);
  return { plain: path, resolved: path.startsWith('/') ? '' : joinPath(base ?? '', path) };
}

/** The directory that the dirfd in parameter `index` stands for. */
export function baseDirectory(ctx: Evaluation, index: number): string {
  const num = paramNumber(ctx.evt, index, 'fd');
  if (num === undefined || num === AT_FDCWD) return ctx.thread?.cwd ?? '';
  return fdOf(ctx, num)?.name ?? '';
}

const UNPRINTABLE = /[^ -~]/g;

function printBytes(bytes: string | undefined): Printed {
  return bytes === undefined ? NULL_BYTES : plain(bytes.replace(UNPRINTABLE, '.'));
}

function printId(id: number | undefined, name: (id: number) => string): Printed {
  if (id === undefined) return NOT_AVAILABLE;
  if (id === 0xffff_ffff) return { plain: '-1', resolved: '<NONE>' };
  return { plain: String(id), resolved: name(id) };
}

function userOf(ctx: Evaluation, uid: number): string {
  return (ctx.thread && ctx.state.userName(uid, ctx.thread)) ?? '<NA>';
}

function groupOf(ctx: Evaluation, gid: number): string {
  return (ctx.thread && ctx.state.groupName(gid, ctx.thread)) ?? '<NA>';
}

function printDuration(index: number): PrintParam {
  return (ctx) =>
    orMissing(paramBigint(ctx.evt, index), (ns) =>
      ns === NO_TIME ? plain('none') : { plain: String(ns), resolved: secondsText(ns) },
    );
}

const FAMILY = { unix: 1, inet: 2, inet6: 10 } as const;

function port(bytes: string, at: number): number {
  return bytes.charCodeAt(at) | (bytes.charCodeAt(at + 1) << 8);
}

function socketAddress(bytes: string | undefined): string | undefined {
  if (bytes === undefined) return undefined;
  const family = bytes.charCodeAt(0);
  if (family === FAMILY.unix) return untilNul(bytes, 1);
  if (family === FAMILY.inet) {
    return bytes.length === 7 ? `${ipv4Text(bytes, 1)}:${port(bytes, 5)}` : 'INVALID IPv4';
  }
  if (family === 0) return undefined;
  if (family !== FAMILY.inet6) return `family ${family}`;
  return bytes.length === 19 ? `${ipv6Text(bytes, 1)}:${port(bytes, 17)}` : 'INVALID IPv6';
}

function untilNul(bytes: string, at: number): string {
  const nul = bytes.indexOf('\0', at);
  return nul < 0 ? bytes.slice(at) : bytes.slice(at, nul);
}

function socketTuple(bytes: string | undefined): string | undefined {
  if (bytes === undefined) return undefined;
  const family = bytes.charCodeAt(0);
  if (family === FAMILY.inet)
    return bytes.length === 13 ? ipv4Tuple(bytes, [1, 5, 7, 11]) : 'INVALID IPv4';
  if (family === FAMILY.inet6) return bytes.length === 37 ? ipv6Tuple(bytes) : 'INVALID IPv6';
  if (family !== FAMILY.unix) return `family ${family}`;
  return `${hex64(bytes, 1)}->${hex64(bytes, 9)} ${untilNul(bytes, 17)}`;
}

type TuplePlaces = readonly [number, number, number, number];

function ipv4Tuple(bytes: string, [from, fromPort, to, toPort]: TuplePlaces): string {
  const source = `${ipv4Text(bytes, from)}:${port(bytes, fromPort)}`;
  return `${source}->${ipv4Text(bytes, to)}:${port(bytes, toPort)}`;
}

function ipv6Tuple(bytes: string): string {
  if (isMappedIpv4(bytes, 1) && isMappedIpv4(bytes, 19)) return ipv4Tuple(bytes, [13, 17, 31, 35]);
  const source = `${ipv6Text(bytes, 1)}:${port(bytes, 17)}`;
  return `${source}->${ipv6Text(bytes, 19)}:${port(bytes, 35)}`;
}

function hex64(bytes: string, at: number): string {
  return Buffer.from(bytes, 'latin1').readBigUInt64LE(at).toString(16);
}

/** `8:421`: fd, letter of its type, events asked for or seen in hexadecimal. */
function printFdList(ctx: Evaluation, bytes: string | undefined): Printed {
  if (bytes === undefined || ctx.thread === undefined) return NOT_AVAILABLE;
  const data = Buffer.from(bytes, 'latin1');
  const parts: string[] = [];
  for (let at = 2; at + 10 <= data.length; at += 10) {
    const num = Number(data.readBigInt64LE(at));
    const fd = fdOf(ctx, num);
    const letter = fd === undefined ? '?' : fdTypeChar(fd);
    parts.push(`${num}:${letter}${(data.readInt16LE(at + 8) >>> 0).toString(16)}`);
  }
  return plain(parts.join(' '));
}

// What the first byte of a dynamic parameter says about the rest, by event and parameter.
const DYNAMIC_TYPES: Readonly<Record<string, readonly string[]>> = {
  ptrace: ['uint64', 'sigtype'],
  setsockopt: ['bytebuf', 'errno', 'uint32', 'uint64', 'reltime'],
  getsockopt: ['bytebuf', 'errno', 'uint32', 'uint64', 'reltime'],
  bpf: ['fd', 'errno'],
  keyctl: ['int64', 'charbuf'],
};

function printDynamic(index: number, info: ParamInfo, eventName: string): PrintParam {
  const types = DYNAMIC_TYPES[eventName] ?? [];
  return (ctx) => {
    const bytes = paramBytes(ctx.evt, index);
    if (bytes === undefined) return NOT_AVAILABLE;
    const type = types[bytes.charCodeAt(0)];
    return type === undefined ? printBytes(bytes) : printVariant(ctx, bytes.slice(1), type, info);
  };
}

function printVariant(ctx: Evaluation, bytes: string, type: string, info: ParamInfo): Printed {
  if (type === 'charbuf') return plain(untilNul(bytes, 0));
  if (type === 'bytebuf') return printBytes(bytes);
  const data = Buffer.from(bytes, 'latin1');
  if (type === 'sigtype')
    return { plain: String(data[0] ?? 0), resolved: SIGNAL_NAMES[data[0] ?? 0] ?? '' };
  if (data.length === 4) return plain(inBase(data.readUInt32LE(0), info.base));
  if (data.length !== 8) return printBytes(bytes);
  if (type === 'reltime') {
    return {
      plain: String(data.readBigUInt64LE(0)),
      resolved: secondsText(data.readBigUInt64LE(0)),
    };
  }
  if (type === 'uint64') return plain(inBase(data.readBigUInt64LE(0), info.base));
  const value = Number(data.readBigInt64LE(0));
  if (type === 'fd') return printFd(ctx, value);
  return { plain: String(value), resolved: type === 'errno' && value < 0 ? errnoName(value) : '' };
}
