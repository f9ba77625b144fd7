/**
 * What a reader of the exported capture knows of descriptors. The kernel passes on only what rules
 * can use, so many a descriptor's opening is not among the events; the descriptor that came with an
 * event says what it is. Where the reader cannot know it yet, it is told by events for state only,
 * as if the file were opened or the connection made just then.
 */
import type { ByteWriter } from '#capture/byte-writer.ts';
import { PARAM, writeEvent } from '#capture/write-event.ts';
import { readFdEntry } from '#engine/process/fd-entry.ts';
import { FdRecord } from '#engine/process/fd-record.ts';
import { eventId } from '#model/event-schema.ts';
import type { EventView } from '#model/event-view.ts';
import { FD_TYPES } from '#model/file-descriptor.ts';
import { EXPORT_FDS_MAX } from '#model/limits.ts';

const TYPES = {
  open: eventId('syscall_open_x'),
  openat: eventId('syscall_openat_2_x'),
  openat2: eventId('syscall_openat2_x'),
  creat: eventId('syscall_creat_x'),
  accept: eventId('socket_accept_5_x'),
  accept4: eventId('socket_accept4_6_x'),
  connect: eventId('socket_connect_x'),
  socket: eventId('socket_socket_x'),
  bind: eventId('socket_bind_x'),
  listen: eventId('socket_listen_x'),
  close: eventId('syscall_close_x'),
  clone: eventId('syscall_clone_20_x'),
  execve: eventId('syscall_execve_19_x'),
} as const;

/** Where the name stands in events that open a file. */
const NAME_PARAM = new Map<number, number>([
  [TYPES.open, 1],
  [TYPES.openat, 2],
  [TYPES.openat2, 2],
  [TYPES.creat, 1],
]);
const TUPLE_PARAM = 1;
const CLOSED_FD_PARAM = 1;
const CONNECT_FD_PARAM = 2;
const IN_PROGRESS = -115;

const FAMILY = { unix: 1, ipv4: 2, ipv6: 10 } as const;
const SOCKET = { stream: 1, datagram: 2, raw: 3 } as const;
const L4_UDP = 2;
const L4_TCP = 1;

export class DescriptorBook {
  /** Told of, of all sorts. */
  told = 0;
  private readonly byPid = new Map<number, Map<number, string>>();
  private size = 0;
  private readonly fd = new FdRecord(-1, FD_TYPES.unknown);

  forget(): void {
    this.byPid.clear();
    this.size = 0;
  }

  /** What the reader learns from an event by itself. */
  follow(evt: EventView, pid: number): void {
    const { type } = evt;
    if (type === TYPES.clone || type === TYPES.execve) {
      if (pid === evt.tid) this.drop(pid);
      return;
    }
    const made = evt.paramInt64(0) ?? -1;
    const name = NAME_PARAM.get(type);
    if (name !== undefined) this.set(pid, made, `file ${evt.paramString(name) ?? ''}`);
    else if (type === TYPES.accept || type === TYPES.accept4) {
      this.set(pid, made, tupleText(evt.paramString(TUPLE_PARAM) ?? ''));
    } else if (type === TYPES.connect) {
      const tuple = tupleText(evt.paramString(TUPLE_PARAM) ?? '');
      if (made === 0 || made === IN_PROGRESS) this.set(pid, connectFd(evt), tuple);
    } else if (type === TYPES.socket) this.set(pid, made, '');
    else if (type === TYPES.close) this.set(pid, evt.paramInt64(CLOSED_FD_PARAM) ?? -1, '');
  }

  /** Tells of the FD entry in `bytes` from `at` to `end`, of process `pid`, where it is news. */
  tell(to: ByteWriter, entry: FdEntry, when: EventView): void {
    const { fd } = this;
    const { bytes, at, end, pid } = entry;
    if (!readFdEntry(bytes, at, end, fd) || fd.fd < 0) return;
    const text = fdText(fd);
    const known = this.byPid.get(pid)?.get(fd.fd);
    if (text === '' || known === text) return;
    // Where a connect leads, it says itself, and a failed one leads nowhere; it needs its socket.
    const isConnect = when.type === TYPES.connect;
    if (isConnect && known !== undefined) return;
    this.set(pid, fd.fd, isConnect ? '' : text);
    this.told += 1;
    const events = isConnect ? [socketMade(fd)] : eventsFor(fd);
    for (const { type, params } of events) {
      const head = { timeNs: when.timestampNs, tid: pid, cpu: when.cpu };
      const { enter = [], exit } = params;
      writeEvent(to, { ...head, type: type - 1 }, enter, true);
      writeEvent(to, { ...head, type }, exit, true);
    }
  }

  private set(pid: number, fd: number, text: string): void {
    if (fd < 0) return;
    if (this.size >= EXPORT_FDS_MAX) this.forget();
    let fds = this.byPid.get(pid);
    if (fds === undefined) {
      fds = new Map();
      this.byPid.set(pid, fds);
    }
    if (!fds.has(fd)) this.size += 1;
    fds.set(fd, text);
  }

  private drop(pid: number): void {
    this.size -= this.byPid.get(pid)?.size ?? 0;
    this.byPid.delete(pid);
  }
}

function connectFd(evt: EventView): number {
  return evt.paramInt64(CONNECT_FD_PARAM) ?? -1;
}

export interface FdEntry {
  readonly bytes: Buffer;
  readonly at: number;
  readonly end: number;
  readonly pid: number;
}

/** What makes two descriptors the same to a reader; '' for what cannot be told by events. */
function fdText(fd: FdRecord): string {
  switch (fd.type) {
    case FD_TYPES.ipv4:
    case FD_TYPES.ipv6:
      return isUnconnected(fd)
        ? `socket ${fd.type} ${fd.l4proto}`
        : endsText(
            `${fd.sourceIp}${portText(fd.sourcePort)}`,
            `${fd.destinationIp}${portText(fd.destinationPort)}`,
          );
    case FD_TYPES.ipv4Server:
    case FD_TYPES.ipv6Server:
      return `listens ${fd.destinationIp} ${fd.destinationPort}`;
    case FD_TYPES.unix:
      return `unix ${fd.name}`;
    default:
      return fd.name === '' ? '' : `file ${fd.name}`;
  }
}

const PORT_SIZE = 2;

/** Of a tuple parameter: family, then per end an address and a port. */
function tupleText(tuple: string): string {
  const family = tuple.charCodeAt(0);
  if (family === FAMILY.unix) return `unix ${tuple.slice(17)}`;
  const size = (family === FAMILY.ipv4 ? 4 : 16) + PORT_SIZE;
  return endsText(tuple.slice(1, 1 + size), tuple.slice(1 + size, 1 + 2 * size));
}

/** Either end may be called the source. */
function endsText(a: string, b: string): string {
  return a < b ? `connection ${a} ${b}` : `connection ${b} ${a}`;
}

function portText(port: number): string {
  return String.fromCharCode(port & 0xff, port >> 8);
}

function isUnconnected({ destinationIp, destinationPort }: FdRecord): boolean {
  return destinationPort === 0 || /^\0*$/.test(destinationIp);
}

interface ToldEvent {
  /** Of the exit event. */
  readonly type: number;
  readonly params: { readonly enter?: readonly Buffer[]; readonly exit: readonly Buffer[] };
}

function eventsFor(fd: FdRecord): ToldEvent[] {
  switch (fd.type) {
    case FD_TYPES.ipv4:
    case FD_TYPES.ipv6:
      return isUnconnected(fd) ? [socketMade(fd)] : [socketMade(fd), connected(fd)];
    case FD_TYPES.ipv4Server:
    case FD_TYPES.ipv6Server:
      return [socketMade(fd), bound(fd), listening(fd)];
    case FD_TYPES.unix:
      return fd.name === '' ? [socketMade(fd)] : [socketMade(fd), connected(fd)];
    default:
      return [opened(fd)];
  }
}

const OPEN_DIRECTORY = 1 << 10;

function opened(fd: FdRecord): ToldEvent {
  const isDirectory = fd.type === FD_TYPES.directory;
  const flags = PARAM.u32(fd.openFlags | (isDirectory ? OPEN_DIRECTORY : 0));
  const call = [PARAM.text(fd.name), flags, PARAM.u32(0)];
  const exit = [PARAM.i64(fd.fd), ...call, PARAM.u32(fd.dev), PARAM.i64(fd.ino)];
  return { type: TYPES.open, params: { enter: call, exit } };
}

function socketMade(fd: FdRecord): ToldEvent {
  const kind =
    fd.type === FD_TYPES.unix || fd.l4proto === L4_TCP
      ? SOCKET.stream
      : fd.l4proto === L4_UDP
        ? SOCKET.datagram
        : SOCKET.raw;
  const call = [PARAM.u32(familyOf(fd)), PARAM.u32(kind), PARAM.u32(0)];
  return { type: TYPES.socket, params: { enter: call, exit: [PARAM.i64(fd.fd), ...call] } };
}

function connected(fd: FdRecord): ToldEvent {
  const number = PARAM.i64(fd.fd);
  const far = sockaddr(fd);
  const exit = [PARAM.i64(0), sockTuple(fd), number, far];
  return { type: TYPES.connect, params: { enter: [number, far], exit } };
}

function bound(fd: FdRecord): ToldEvent {
  const number = PARAM.i64(fd.fd);
  const exit = [PARAM.i64(0), sockaddr(fd), number];
  return { type: TYPES.bind, params: { enter: [number], exit } };
}

function listening(fd: FdRecord): ToldEvent {
  const call = [PARAM.i64(fd.fd), PARAM.u32(0)];
  return { type: TYPES.listen, params: { enter: call, exit: [PARAM.i64(0), ...call] } };
}

function familyOf({ type }: FdRecord): number {
  if (type === FD_TYPES.unix) return FAMILY.unix;
  return type === FD_TYPES.ipv6 || type === FD_TYPES.ipv6Server ? FAMILY.ipv6 : FAMILY.ipv4;
}

function sockaddr(fd: FdRecord): Buffer {
  const family = String.fromCharCode(familyOf(fd));
  if (fd.type === FD_TYPES.unix) return PARAM.text(`${family}${fd.name}`);
  return PARAM.bytes(`${family}${fd.destinationIp}${portText(fd.destinationPort)}`);
}

function sockTuple(fd: FdRecord): Buffer {
  const family = String.fromCharCode(familyOf(fd));
  if (fd.type === FD_TYPES.unix) {
    const ends = [PARAM.i64(fd.unixSource), PARAM.i64(fd.unixPeer)];
    return Buffer.concat([PARAM.bytes(family), ...ends, PARAM.text(fd.name)]);
  }
  const source = `${fd.sourceIp}${portText(fd.sourcePort)}`;
  const destination = `${fd.destinationIp}${portText(fd.destinationPort)}`;
  return PARAM.bytes(`${family}${source}${destination}`);
}
