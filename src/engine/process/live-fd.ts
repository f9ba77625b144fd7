import { joinPath } from '#engine/fields/paths.ts';
import { EVENTS, eventId } from '#model/event-schema.ts';
import type { EventView } from '#model/event-view.ts';
import { RECORD } from '#model/event-view.ts';
import type { FdInfo, FdType } from '#model/file-descriptor.ts';
import { FD_TYPES } from '#model/file-descriptor.ts';
import type { Thread } from '#model/process.ts';
import { readFdEntry } from './fd-entry.ts';
import { socketName } from './fd-name.ts';
import { FdRecord } from './fd-record.ts';
import {
  FAMILY,
  paramFamily,
  readAddressParam,
  readTupleParam,
  readUnixPath,
  setSocketKind,
} from './socket-params.ts';

/**
 * The fd of a live event. One object for all events: `of` only looks whether the event has an fd
 * and which number; everything else is decoded when a condition first asks for it, so an event that
 * no condition looks into costs two reads and no allocation.
 */
export class LiveFd implements FdInfo {
  private readonly record = new FdRecord(-1, FD_TYPES.unknown);
  private evt: EventView | undefined;
  private thread: Thread | undefined;
  private entry = -1;
  private source: FdSource | undefined;
  private decoded = false;
  private named = false;
  fd = -1;

  /** The fd that `evt` is about; undefined where it is about none. */
  of(evt: EventView, thread: Thread | undefined): LiveFd | undefined {
    const source = FD_SOURCES[evt.type];
    const entry = evt.fdEntry;
    if (source === undefined && entry < 0) return undefined;
    const own = source === undefined ? undefined : (evt.paramInt64(source.fd) ?? -1);
    const fd = own ?? evt.int64(entry);
    // A failed call that would have made an fd is about none, unless it names what it tried to
    // open.
    if (fd < 0 && entry < 0 && (source === undefined || source.name === undefined))
      return undefined;
    this.fd = fd < 0 ? -1 : fd;
    this.evt = evt;
    this.thread = thread;
    this.entry = entry;
    this.source = source;
    this.decoded = false;
    this.named = false;
    return this;
  }

  private decode(): FdRecord {
    const record = this.record;
    if (this.decoded || this.evt === undefined) return record;
    this.decoded = true;
    const evt = this.evt;
    const end =
      this.entry + (this.entry < 0 ? 0 : evt.data.getUint16(evt.record + RECORD.fdLength, true));
    const known = this.entry >= 0 && readFdEntry(evt.bytes, this.entry, end, record);
    if (!known) record.clear(this.fd, FD_TYPES.unknown);
    if (this.source !== undefined) readParams(evt, this.source, record, this.thread);
    record.fd = this.fd;
    return record;
  }

  get type(): FdType {
    return this.decode().type;
  }
  get name(): string {
    const record = this.decode();
    if (!this.named) {
      this.named = true;
      if (record.name === '') record.name = socketName(record);
    }
    return record.name;
  }
  get nameRaw(): string {
    return this.decode().nameRaw;
  }
  get openFlags(): number {
    return this.decode().openFlags;
  }
  get dev(): number {
    return this.decode().dev;
  }
  get ino(): number {
    return this.decode().ino;
  }
  get sourceIp(): string {
    return this.decode().sourceIp;
  }
  get sourcePort(): number {
    return this.decode().sourcePort;
  }
  get destinationIp(): string {
    return this.decode().destinationIp;
  }
  get destinationPort(): number {
    return this.decode().destinationPort;
  }
  get l4proto(): number {
    return this.decode().l4proto;
  }
  get isServer(): boolean | undefined {
    return this.decode().isServer;
  }
  get state(): number {
    return this.decode().state;
  }
  get nameChanged(): boolean {
    return this.decode().nameChanged;
  }
  get unixSource(): bigint {
    return this.decode().unixSource;
  }
  get unixPeer(): bigint {
    return this.decode().unixPeer;
  }
  get pidfdPid(): number {
    return this.decode().pidfdPid;
  }
}

/** Which parameters of an event type tell of its fd; -1 or undefined where none does. */
interface FdSource {
  readonly fd: number;
  readonly type?: FdType;
  readonly name?: number;
  readonly dirfd?: number;
  readonly flags?: number;
  readonly dev?: number;
  readonly ino?: number;
  readonly tuple?: number;
  readonly address?: number;
  readonly socket?: number;
  readonly isServer?: boolean;
}

const AT_FDCWD = -100;
const O_DIRECTORY = 1024;

function readParams(
  evt: EventView,
  source: FdSource,
  record: FdRecord,
  thread: Thread | undefined,
): void {
  if (source.name !== undefined) readOpened(evt, source, record, thread);
  else if (source.tuple !== undefined) readSocket(evt, source, record);
  else if (source.address !== undefined) readBound(evt, source.address, record);
  else if (source.socket !== undefined && record.type === FD_TYPES.unknown) {
    setSocketKind(record, {
      domain: evt.paramUint32(source.socket) ?? 0,
      type: evt.paramUint32(source.socket + 1) ?? 0,
      protocol: evt.paramUint32(source.socket + 2) ?? 0,
    });
  }
  if (record.type === FD_TYPES.unknown && source.type !== undefined) record.type = source.type;
}

function readOpened(
  evt: EventView,
  source: FdSource,
  record: FdRecord,
  thread: Thread | undefined,
): void {
  const name = evt.paramString(source.name ?? 0) ?? '';
  const flags = evt.paramUint32(source.flags ?? -1) ?? record.openFlags;
  if (record.type === FD_TYPES.unknown) {
    record.type =
      source.type ?? ((flags & O_DIRECTORY) !== 0 ? FD_TYPES.directory : FD_TYPES.fileV2);
  }
  record.openFlags = flags;
  record.nameRaw = name;
  record.name = source.type === undefined ? absolute(evt, source, name, thread) : name;
  record.dev = evt.paramUint32(source.dev ?? -1) ?? record.dev;
  const ino = source.ino === undefined ? 0 : evt.paramLength(source.ino);
  if (ino === 8) record.ino = evt.uint64(evt.paramStart(source.ino ?? 0));
}

// The kernel programs give the whole path of what was opened, the caller's text of what was not.
function absolute(
  evt: EventView,
  source: FdSource,
  name: string,
  thread: Thread | undefined,
): string {
  if (name.startsWith('/')) return joinPath('', name);
  const dirfd = source.dirfd === undefined ? AT_FDCWD : evt.paramInt64(source.dirfd);
  return dirfd === AT_FDCWD && thread !== undefined ? joinPath(thread.cwd, name) : name;
}

function readSocket(evt: EventView, source: FdSource, record: FdRecord): void {
  const tuple = source.tuple ?? 0;
  if (readTupleParam(evt, tuple, record)) record.name = '';
  else if (paramFamily(evt, tuple) === FAMILY.unix) readUnix(evt, tuple, record);
  if (source.isServer !== undefined) record.isServer = source.isServer;
}

function readUnix(evt: EventView, tuple: number, record: FdRecord): void {
  if (evt.paramLength(tuple) < 17) return;
  const start = evt.paramStart(tuple);
  record.type = FD_TYPES.unix;
  record.unixSource = evt.data.getBigUint64(start + 1, true);
  record.unixPeer = evt.data.getBigUint64(start + 9, true);
  const path = readUnixPath(evt, tuple, 17);
  if (path !== '') record.name = path;
}

function readBound(evt: EventView, index: number, record: FdRecord): void {
  const address = readAddressParam(evt, index);
  if (address !== undefined) {
    record.type = address.ip.length === 4 ? FD_TYPES.ipv4Server : FD_TYPES.ipv6Server;
    record.destinationIp = address.ip;
    record.destinationPort = address.port;
    record.isServer = true;
    record.name = '';
  } else if (paramFamily(evt, index) === FAMILY.unix) {
    record.type = FD_TYPES.unix;
    record.name = readUnixPath(evt, index, 1);
  }
}

const SPECIAL_SOURCES: Readonly<Record<string, FdSource>> = {
  syscall_open_x: { fd: 0, name: 1, flags: 2, dev: 4, ino: 5 },
  syscall_creat_x: { fd: 0, name: 1, dev: 3, ino: 4 },
  syscall_openat_2_x: { fd: 0, dirfd: 1, name: 2, flags: 3, dev: 5, ino: 6 },
  syscall_openat2_x: { fd: 0, dirfd: 1, name: 2, flags: 3, dev: 6, ino: 7 },
  syscall_open_by_handle_at_x: { fd: 0, flags: 2, name: 3, dev: 4, ino: 5 },
  syscall_memfd_create_x: { fd: 0, name: 1, flags: 2, type: FD_TYPES.memfd },
  socket_socket_x: { fd: 0, socket: 1 },
  socket_socketpair_x: { fd: 1, socket: 5, type: FD_TYPES.unix },
  socket_bind_x: { fd: 2, address: 1 },
  socket_connect_x: { fd: 2, tuple: 1, isServer: false },
  socket_accept_5_x: { fd: 0, tuple: 1, isServer: true },
  socket_accept4_6_x: { fd: 0, tuple: 1, isServer: true },
  socket_send_x: { fd: 2, tuple: 4 },
  socket_sendto_x: { fd: 2, tuple: 4 },
  socket_sendmsg_x: { fd: 2, tuple: 4 },
  socket_sendmmsg_x: { fd: 1, tuple: 4 },
  socket_recv_x: { fd: 2, tuple: 4 },
  socket_recvfrom_x: { fd: 3, tuple: 2 },
  socket_recvmsg_x: { fd: 5, tuple: 3 },
  socket_recvmmsg_x: { fd: 1, tuple: 4 },
  syscall_pipe_x: { fd: 1, type: FD_TYPES.fifo },
  syscall_pipe2_x: { fd: 1, type: FD_TYPES.fifo },
  syscall_eventfd_x: { fd: 0, type: FD_TYPES.event },
  syscall_eventfd2_x: { fd: 0, type: FD_TYPES.event },
  syscall_signalfd_x: { fd: 0, type: FD_TYPES.signal },
  syscall_signalfd4_x: { fd: 0, type: FD_TYPES.signal },
  syscall_timerfd_create_x: { fd: 0, type: FD_TYPES.timerfd },
  syscall_inotify_init_x: { fd: 0, type: FD_TYPES.inotify },
  syscall_inotify_init1_x: { fd: 0, type: FD_TYPES.inotify },
  syscall_epoll_create_x: { fd: 0, type: FD_TYPES.eventpoll },
  syscall_epoll_create1_x: { fd: 0, type: FD_TYPES.eventpoll },
  syscall_bpf_2_x: { fd: 0, type: FD_TYPES.bpf },
  syscall_userfaultfd_x: { fd: 0, type: FD_TYPES.userfaultfd },
  syscall_io_uring_setup_x: { fd: 0, type: FD_TYPES.ioUring },
  syscall_pidfd_open_x: { fd: 0, type: FD_TYPES.pidfd },
};

/** By event type: named above, or the first fd parameter of a type whose events use one. */
const FD_SOURCES: readonly (FdSource | undefined)[] = EVENTS.map((event) => {
  const special = SPECIAL_SOURCES[event.constant];
  if (special !== undefined || event.isEnter || !event.flags.has('uses-fd')) return special;
  const fd = event.params.findIndex((param) => param.type === 'fd');
  return fd < 0 ? undefined : { fd };
});

for (const constant of Object.keys(SPECIAL_SOURCES)) eventId(constant);
