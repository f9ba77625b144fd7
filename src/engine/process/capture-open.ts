import { joinPath } from '#engine/fields/paths.ts';
import { eventId } from '#model/event-schema.ts';
import type { EventView } from '#model/event-view.ts';
import { FD_STATE, FD_TYPES } from '#model/file-descriptor.ts';
import { keptEnter } from './capture-enter.ts';
import type { CaptureFds } from './capture-fds.ts';
import { paramSmallUint, paramUint64 } from './event-params.ts';
import { FdRecord } from './fd-record.ts';
import type { ThreadRecord } from './thread-record.ts';

/**
 * Files opened in a capture. What the caller wrote is resolved against the process's directory or
 * the dirfd's; where the enter event of an old capture tells the path too, that one counts, as the
 * program may have changed its memory meanwhile.
 */

const AT_FDCWD = -100;
const O_DIRECTORY = 1 << 10;
/** Flags from here on are added by the kernel side and are not the caller's. */
const ADDED_FLAGS = ~((1 << 14) - 1);
const UPPER_LAYER = 1 << 15;
const LOWER_LAYER = 1 << 16;
const CREAT_UPPER_LAYER = 1;
const CREAT_LOWER_LAYER = 2;
/** What old writers put where they could not read a string. */
export const NOT_AVAILABLE = '<NA>';
const UNKNOWN_DIRECTORY = '<UNKNOWN>';

/** Places of an open-family event's parameters; -1 for none. */
interface OpenShape {
  readonly name: number;
  readonly flags: number;
  readonly dirfd: number;
  readonly dev: number;
  /** Of the enter event: name, flags, dirfd. */
  readonly enter: readonly [number, number, number] | undefined;
}

const SHAPES: readonly (readonly [string, OpenShape])[] = [
  ['syscall_open_x', { name: 1, flags: 2, dirfd: -1, dev: 4, enter: [0, 1, -1] }],
  ['syscall_creat_x', { name: 1, flags: -1, dirfd: -1, dev: 3, enter: [0, -1, -1] }],
  ['syscall_openat_2_x', { name: 2, flags: 3, dirfd: 1, dev: 5, enter: [1, 2, 0] }],
  ['syscall_openat2_x', { name: 2, flags: 3, dirfd: 1, dev: 6, enter: [1, 2, 0] }],
  ['syscall_open_by_handle_at_x', { name: 3, flags: 2, dirfd: -1, dev: 4, enter: undefined }],
];
const BY_TYPE = new Map(SHAPES.map(([constant, shape]) => [eventId(constant), shape]));
const CREAT = eventId('syscall_creat_x');
const OPEN_BY_HANDLE = eventId('syscall_open_by_handle_at_x');

export const OPEN_TYPES: readonly number[] = [...BY_TYPE.keys()];

/** What an open opened, or would have. */
export interface Opened {
  readonly path: string;
  readonly raw: string;
  readonly flags: number;
}

/** The file of an open-family event; undefined for other events. */
export function openedFile(
  evt: EventView,
  thread: ThreadRecord,
  fds: CaptureFds,
): Opened | undefined {
  const shape = BY_TYPE.get(evt.type);
  if (shape === undefined) return undefined;
  const enter = shape.enter === undefined ? undefined : keptEnter(thread, evt.type);
  const [name = -1, flagsAt = -1, dirfdAt = -1] = shape.enter ?? [];
  const entered = enter?.paramString(name);
  const isEntered = enter !== undefined && entered !== undefined && entered !== NOT_AVAILABLE;
  let flags = evt.type === CREAT ? creatFlags(evt) : (evt.paramUint32(shape.flags) ?? 0);
  if (isEntered && flagsAt >= 0) {
    flags = (enter.paramUint32(flagsAt) ?? 0) | (flags & ADDED_FLAGS);
  }
  const raw = isEntered
    ? entered
    : (evt.paramString(shape.name) ?? (shape.dirfd < 0 ? '' : NOT_AVAILABLE));
  let dirfd = shape.dirfd < 0 ? AT_FDCWD : evt.paramInt64(shape.dirfd);
  if (isEntered && dirfdAt >= 0) dirfd = enter.paramInt64(dirfdAt);
  const base = evt.type === OPEN_BY_HANDLE ? '' : directoryOf(thread, raw, dirfd, fds);
  return { path: joinPath(base, raw), raw, flags: flags >>> 0 };
}

/** creat() has no flags; what the kernel side has to say comes in a parameter of its own. */
function creatFlags(evt: EventView): number {
  const layers = paramSmallUint(evt, 5) ?? 0;
  if ((layers & CREAT_UPPER_LAYER) !== 0) return UPPER_LAYER;
  return (layers & CREAT_LOWER_LAYER) !== 0 ? LOWER_LAYER : 0;
}

/** Where a relative path starts: a dirfd's directory, or the process's own. */
export function directoryOf(
  thread: ThreadRecord,
  path: string,
  dirfd: number | undefined,
  fds: CaptureFds,
): string {
  if (path.startsWith('/') || dirfd === undefined) return '';
  if (dirfd === AT_FDCWD) return thread.cwd;
  const name = fds.get(thread, dirfd)?.name;
  if (name === undefined) return UNKNOWN_DIRECTORY;
  return name === '' || name.endsWith('/') ? name : `${name}/`;
}

/** Makes the descriptor of a successful open. */
export function applyOpen(
  evt: EventView,
  thread: ThreadRecord,
  fds: CaptureFds,
): FdRecord | undefined {
  const opened = openedFile(evt, thread, fds);
  const num = evt.paramInt64(0) ?? -1;
  if (opened === undefined || num < 0) return undefined;
  const isDirectory = (opened.flags & O_DIRECTORY) !== 0;
  const fd = new FdRecord(num, isDirectory ? FD_TYPES.directory : FD_TYPES.fileV2);
  fd.name = opened.path;
  fd.nameRaw = opened.raw;
  fd.openFlags = opened.flags;
  const dev = BY_TYPE.get(evt.type)?.dev ?? -1;
  fd.dev = evt.paramUint32(dev) ?? 0;
  fd.ino = paramUint64(evt, dev + 1) ?? 0;
  if ((opened.flags & UPPER_LAYER) !== 0) fd.state |= FD_STATE.upperLayer;
  if ((opened.flags & LOWER_LAYER) !== 0) fd.state |= FD_STATE.lowerLayer;
  return fds.add(thread, num, fd);
}
