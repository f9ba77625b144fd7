import type { EventView } from '#model/event-view.ts';
import type { FdInfo, FdType } from '#model/file-descriptor.ts';
import { FD_TYPES } from '#model/file-descriptor.ts';
import { CAPTURE_FDS_MAX } from '#model/limits.ts';
import { CLONE_FLAG } from './clone-flags.ts';
import { FdRecord } from './fd-record.ts';
import type { ThreadRecord } from './thread-record.ts';

/**
 * The open files of a capture's processes. A process's table is its leader's; its other threads use
 * that one. A thread of which nothing but its number is known has a table of its own.
 */
export class CaptureFds {
  /** Descriptors that were not kept because there were too many. */
  refused = 0;
  /** Descriptors that are kept, of all processes. */
  size = 0;

  clear(): void {
    this.size = 0;
  }

  get(thread: ThreadRecord, fd: number): FdRecord | undefined {
    const found = ownerOf(thread)?.fds?.get(fd);
    return found instanceof FdRecord ? found : undefined;
  }

  /** Puts a descriptor into its thread's table, over what had the number before. */
  add(thread: ThreadRecord, fd: number, record: FdRecord): FdRecord | undefined {
    const owner = ownerOf(thread);
    if (owner === undefined) return undefined;
    thread.lastEventFd = fd;
    owner.fds ??= new Map();
    const fds = owner.fds;
    if (!fds.has(fd)) {
      if (this.size >= CAPTURE_FDS_MAX) {
        this.refused++;
        return undefined;
      }
      this.size++;
    }
    record.fd = fd;
    fds.set(fd, record);
    return record;
  }

  /** One of the FD list; it is of the thread itself, whatever its flags say. */
  seed(thread: ThreadRecord, record: FdRecord): void {
    if (this.size >= CAPTURE_FDS_MAX) {
      this.refused++;
      return;
    }
    thread.fds ??= new Map();
    if (!thread.fds.has(record.fd)) this.size++;
    thread.fds.set(record.fd, record);
  }

  remove(thread: ThreadRecord, fd: number): void {
    if (ownerOf(thread)?.fds?.delete(fd) === true) this.size--;
  }

  /** The thread is gone, and its table with it; `fds` where the thread has given it up already. */
  release(thread: ThreadRecord, fds: ThreadRecord['fds'] = thread.fds): void {
    this.size -= fds?.size ?? 0;
    thread.fds = undefined;
  }

  /** An exec closes those that were opened to be closed then. */
  closeOnExec(thread: ThreadRecord): void {
    for (const [fd, record] of ownerOf(thread)?.fds ?? []) {
      if (isClosedOnExec(record)) this.remove(thread, fd);
    }
  }

  /** A new process starts with copies of its parent's. */
  copy(from: ThreadRecord, to: ThreadRecord): void {
    const source = ownerOf(from)?.fds;
    if (source === undefined || this.size + source.size > CAPTURE_FDS_MAX) return;
    const copies = new Map<number, FdRecord>();
    for (const [fd, record] of source) {
      if (record instanceof FdRecord) copies.set(fd, record.copy());
    }
    this.release(to);
    this.size += copies.size;
    to.fds = copies;
  }

  /** Whether a thread of the process has a socket bound or connected to that port at this end. */
  isBoundTo(thread: ThreadRecord, port: number): boolean {
    for (const fd of ownerOf(thread)?.fds?.values() ?? []) {
      if (
        (fd.type === FD_TYPES.ipv4 || fd.type === FD_TYPES.ipv4Server) &&
        fd.destinationPort === port
      )
        return true;
    }
    return false;
  }

  usesClientPort(thread: ThreadRecord, port: number): boolean {
    for (const fd of ownerOf(thread)?.fds?.values() ?? []) {
      if (fd.type === FD_TYPES.ipv4 && fd.sourcePort === port) return true;
    }
    return false;
  }
}

const CLOSE_ON_EXEC = 1 << 12;
const EPOLL_CLOSE_ON_EXEC = 1 << 0;
const MEMFD_CLOSE_ON_EXEC = 1 << 0;

function isClosedOnExec({ type, openFlags }: FdInfo): boolean {
  if (type === FD_TYPES.eventpoll) return (openFlags & EPOLL_CLOSE_ON_EXEC) !== 0;
  if (type === FD_TYPES.memfd) return (openFlags & MEMFD_CLOSE_ON_EXEC) !== 0;
  return (openFlags & CLOSE_ON_EXEC) !== 0;
}

function ownerOf(thread: ThreadRecord): ThreadRecord | undefined {
  return (thread.flags & CLONE_FLAG.files) === 0 ? thread : thread.group?.leader;
}

/** A descriptor that an event has just made. */
export function newFd(type: FdType, evt?: EventView, flagsParam = -1): FdRecord {
  const record = new FdRecord(-1, type);
  if (evt !== undefined && flagsParam >= 0) {
    const length = evt.paramLength(flagsParam);
    const at = evt.paramStart(flagsParam);
    if (length === 2) record.openFlags = evt.data.getUint16(at, true);
    if (length === 4) record.openFlags = evt.data.getUint32(at, true);
  }
  return record;
}
