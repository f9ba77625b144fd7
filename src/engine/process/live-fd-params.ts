import { joinPath } from '#engine/fields/paths.ts';
import { EVENTS, eventId } from '#model/event-schema.ts';
import type { EventView } from '#model/event-view.ts';
import type { FdType } from '#model/file-descriptor.ts';
import { FD_TYPES } from '#model/file-descriptor.ts';
import type { Thread } from '#model/process.ts';
import { paramUint64 } from './event-params.ts';
import type { FdRecord } from './fd-record.ts';
import {
  FAMILY,
  paramFamily,
  readAddressParam,
  readTupleParam,
  readUnixPath,
  setSocketKind,
} from './socket-params.ts';

/** Which parameters of an event type tell of its fd; -1 or undefined where none does. */
export interface FdSource {
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
  /** Where the event itself says which end is here. */
  readonly isServer?: boolean;
  /** In the tuple the other end comes first: of what was received or accepted. */
  readonly isInbound?: boolean;
}

const AT_FDCWD = -100;
const O_DIRECTORY = 1024;

/** True where a parameter told both ends of a connection. */
export function readParams(
  evt: EventView,
  source: FdSource,
  record: FdRecord,
  thread: Thread | undefined,
): boolean {
  let isTold = false;
  if (source.name !== undefined) readOpened(evt, source, record, thread);
  else if (source.tuple !== undefined) isTold = readEnds(evt, source.tuple, record);
  else if (source.address !== undefined) readBound(evt, source.address, record);
  else if (source.socket !== undefined && record.type === FD_TYPES.unknown) {
    setSocketKind(record, {
      domain: evt.paramUint32(source.socket) ?? 0,
      type: evt.paramUint32(source.socket + 1) ?? 0,
      protocol: evt.paramUint32(source.socket + 2) ?? 0,
    });
  }
  if (record.type === FD_TYPES.unknown && source.type !== undefined) record.type = source.type;
  if (source.isServer !== undefined) record.isServer = source.isServer;
  return isTold;
}

function readOpened(
  evt: EventView,
  source: FdSource,
  record: FdRecord,
  thread: Thread | undefined,
): void {
  const name = evt.paramString(source.name ?? 0) ?? '';
  const flags = uint32At(evt, source.flags) ?? record.openFlags;
  if (record.type === FD_TYPES.unknown) {
    record.type =
      source.type ?? ((flags & O_DIRECTORY) !== 0 ? FD_TYPES.directory : FD_TYPES.fileV2);
  }
  record.openFlags = flags;
  record.nameRaw = name;
  record.name = source.type === undefined ? absolute(evt, source, name, thread) : name;
  record.dev = uint32At(evt, source.dev) ?? record.dev;
  if (source.ino !== undefined) record.ino = paramUint64(evt, source.ino) ?? record.ino;
}

function uint32At(evt: EventView, index: number | undefined): number | undefined {
  return index === undefined ? undefined : evt.paramUint32(index);
}

// The kernel programs give the whole path of what was opened, the caller's text of what was not.
function absolute(
  evt: EventView,
  source: FdSource,
  name: string,
  thread: Thread | undefined,
): string {
  if (name.startsWith('/'))
    return (evt.paramInt64(source.fd) ?? -1) < 0 ? joinPath('', name) : name;
  const dirfd = source.dirfd === undefined ? AT_FDCWD : evt.paramInt64(source.dirfd);
  return dirfd === AT_FDCWD && thread !== undefined ? joinPath(thread.cwd, name) : name;
}

function readEnds(evt: EventView, tuple: number, record: FdRecord): boolean {
  if (readTupleParam(evt, tuple, record)) {
    record.name = '';
    return true;
  }
  if (paramFamily(evt, tuple) === FAMILY.unix) readUnix(evt, tuple, record);
  return false;
}

// Where Linux takes the port of a client from, unless told otherwise (ip_local_port_range).
const FIRST_EPHEMERAL_PORT = 32768;

/**
 * Makes the client the source, as conditions want it. The kernel programs put this end first, or
 * last for what came in. Which of them is the server is known for accept and connect; else the
 * ports tell: a client's is ephemeral, and of two such ports the smaller is the server's.
 */
export function orient(record: FdRecord, source: FdSource | undefined, isTold: boolean): void {
  if (record.type !== FD_TYPES.ipv4 && record.type !== FD_TYPES.ipv6) return;
  const isLast = isTold && source?.isInbound === true;
  const here = isLast ? record.destinationPort : record.sourcePort;
  const there = isLast ? record.sourcePort : record.destinationPort;
  if (here === 0 && there === 0) return;
  record.isServer = source?.isServer ?? isServerByPort(here, there);
  if (record.isServer !== isLast) swapEnds(record);
}

function isServerByPort(here: number, there: number): boolean {
  if (here >= FIRST_EPHEMERAL_PORT !== there >= FIRST_EPHEMERAL_PORT) {
    return here < FIRST_EPHEMERAL_PORT;
  }
  return here < there;
}

function swapEnds(record: FdRecord): void {
  const { sourceIp, sourcePort } = record;
  record.sourceIp = record.destinationIp;
  record.sourcePort = record.destinationPort;
  record.destinationIp = sourceIp;
  record.destinationPort = sourcePort;
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
  socket_accept_5_x: { fd: 0, tuple: 1, isServer: true, isInbound: true },
  socket_accept4_6_x: { fd: 0, tuple: 1, isServer: true, isInbound: true },
  socket_send_x: { fd: 2, tuple: 4 },
  socket_sendto_x: { fd: 2, tuple: 4 },
  socket_sendmsg_x: { fd: 2, tuple: 4 },
  socket_sendmmsg_x: { fd: 1, tuple: 4 },
  socket_recv_x: { fd: 2, tuple: 4, isInbound: true },
  socket_recvfrom_x: { fd: 3, tuple: 2, isInbound: true },
  socket_recvmsg_x: { fd: 5, tuple: 3, isInbound: true },
  socket_recvmmsg_x: { fd: 1, tuple: 4, isInbound: true },
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
export const FD_SOURCES: readonly (FdSource | undefined)[] = EVENTS.map((event) => {
  const special = SPECIAL_SOURCES[event.constant];
  if (special !== undefined || event.isEnter || !event.flags.has('uses-fd')) return special;
  const fd = event.params.findIndex((param) => param.type === 'fd');
  return fd < 0 ? undefined : { fd };
});

for (const constant of Object.keys(SPECIAL_SOURCES)) eventId(constant);
