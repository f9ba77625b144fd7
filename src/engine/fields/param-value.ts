import { EVENTS } from '#model/event-schema.ts';
import type { EventView } from '#model/event-view.ts';
import { EVENT_HEADER_SIZE } from '#model/event-view.ts';

/** How many bytes a number of each parameter type has; absent: not a number. */
const WIDTHS: Readonly<Record<string, number>> = {
  int8: 1,
  int16: 2,
  int32: 4,
  int64: 8,
  uint8: 1,
  uint16: 2,
  uint32: 4,
  uint64: 8,
  bool: 4,
  flags8: 1,
  flags16: 2,
  flags32: 4,
  enumflags8: 1,
  enumflags16: 2,
  enumflags32: 4,
  mode: 4,
  uid: 4,
  gid: 4,
  fd: 8,
  pid: 8,
  errno: 8,
  fd32: 4,
  pid32: 4,
  syscallid: 2,
  sigtype: 1,
  port: 2,
  l4proto: 1,
  sockfamily: 1,
  reltime: 8,
  abstime: 8,
  sigset: 4,
};

/** Read as two's complement. Ids and results are 64 bits wide, but no kernel's are beyond 2^53. */
const SIGNED: ReadonlySet<string> = new Set([
  'int8',
  'int16',
  'int32',
  'int64',
  'fd',
  'pid',
  'errno',
  'fd32',
  'pid32',
]);

export function isNumeric(paramType: string): boolean {
  return paramType in WIDTHS;
}

/** Whether a parameter of this type holds 64 bits that a double may not hold exactly. */
export function isWide(paramType: string): boolean {
  return paramType === 'uint64' || paramType === 'reltime' || paramType === 'abstime';
}

/** A numeric parameter as a double; undefined where absent or of another size. */
export function paramNumber(evt: EventView, index: number, type: string): number | undefined {
  const width = WIDTHS[type];
  if (width === undefined || evt.paramLength(index) !== width) return undefined;
  return numberAt(evt, evt.paramStart(index), type);
}

/** A number of a type at a place in the event's bytes. */
function numberAt(evt: EventView, at: number, type: string): number {
  const signed = SIGNED.has(type);
  switch (WIDTHS[type]) {
    case 1:
      return signed ? evt.data.getInt8(at) : evt.data.getUint8(at);
    case 2:
      return signed ? evt.data.getInt16(at, true) : evt.data.getUint16(at, true);
    case 4:
      return signed ? evt.data.getInt32(at, true) : evt.data.getUint32(at, true);
    default:
      return signed ? evt.int64(at) : evt.uint64(at);
  }
}

/** All 64 bits of a wide parameter: masks of capabilities, times in ns. */
export function paramBigint(evt: EventView, index: number): bigint | undefined {
  if (evt.paramLength(index) !== 8) return undefined;
  return evt.data.getBigUint64(evt.paramStart(index), true);
}

/** A parameter's bytes, all of them. */
export function paramBytes(evt: EventView, index: number): string | undefined {
  const length = evt.paramLength(index);
  if (length === 0) return undefined;
  const start = evt.paramStart(index);
  return evt.bytes.latin1Slice(start, start + length);
}

/** A string parameter up to its first NUL; undefined where absent. */
export function paramText(evt: EventView, index: number): string | undefined {
  const text = evt.paramString(index);
  if (text === undefined) return undefined;
  const nul = text.indexOf('\0');
  return nul < 0 ? text : text.slice(0, nul);
}

/**
 * A syscall's return value: the first parameter of its exit event. Enter events, events that are
 * not syscalls, and syscalls without parameters of their own have none.
 */
export function returnValue(evt: EventView): number | undefined {
  if (!hasReturnValue(evt.type)) return undefined;
  const at = evt.base + EVENT_HEADER_SIZE;
  if (evt.paramCount === 0) return undefined;
  const length = evt.data.getUint16(at, true);
  const start = evt.paramStart(0);
  if (length === 8) return evt.int64(start);
  return length === 4 ? evt.data.getInt32(start, true) : undefined;
}

const SYSCALL_CATEGORY = 512;
const returning = Uint8Array.from(EVENTS, (event) => {
  const isSyscall = (event.category & SYSCALL_CATEGORY) !== 0;
  const isExit = event.id % 2 === 1 && event.id > 1;
  return isSyscall && isExit && event.params.length > 0 ? 1 : 0;
});

export function hasReturnValue(eventType: number): boolean {
  return returning[eventType] === 1;
}
