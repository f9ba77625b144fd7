import { paramPrinters } from '#engine/fields/param-print.ts';
import type { Evaluation } from '#model/evaluation.ts';
import { eventId } from '#model/event-schema.ts';
import type { EventView } from '#model/event-view.ts';
import { FD_STATE, FD_TYPES } from '#model/file-descriptor.ts';
import { keptEnter } from './capture-enter.ts';
import type { CaptureFds } from './capture-fds.ts';
import type { CaptureNetwork } from './capture-network.ts';
import { unmapped } from './capture-network.ts';
import { socketName, unixName } from './fd-name.ts';
import { FdRecord, setTuple } from './fd-record.ts';
import {
  FAMILY,
  L4,
  paramFamily,
  readAddressParam,
  readTupleParam,
  readUnixPath,
  setSocketKind,
} from './socket-params.ts';
import type { ThreadRecord } from './thread-record.ts';

/**
 * Sockets of a capture: who is client and who is server, and both ends' addresses, pieced together
 * from connect, accept, bind and from the addresses of datagrams.
 */
export interface SocketWorld {
  readonly fds: CaptureFds;
  readonly network: CaptureNetwork;
}

const EINPROGRESS = -115;
const TUPLE = 1;
const ADDRESS = 3;

export function setRole(fd: FdRecord, isServer: boolean): void {
  fd.isServer = isServer;
  fd.state |= isServer ? FD_STATE.roleServer : FD_STATE.roleClient;
}

/** socket(): what it is for; no address yet. */
export function applySocket(
  evt: EventView,
  thread: ThreadRecord,
  { fds }: SocketWorld,
): FdRecord | undefined {
  const num = evt.paramInt64(0) ?? -1;
  if (num < 0) return undefined;
  const fd = new FdRecord(num, FD_TYPES.unknown);
  setSocketKind(fd, {
    domain: evt.paramUint32(1) ?? 0,
    type: evt.paramUint32(2) ?? 0,
    protocol: evt.paramUint32(3) ?? 0,
  });
  return fds.add(thread, num, fd);
}

/** bind(): a port above 0 makes it a server's. */
export function applyBind(ctx: Evaluation, fd: FdRecord): void {
  const { evt } = ctx;
  if ((evt.paramInt64(0) ?? -1) < 0 || evt.paramLength(1) === 0) return;
  const address = readAddressParam(evt, 1);
  if (address !== undefined && address.port > 0) {
    const ip = unmapped(address.ip);
    fd.type = ip.length === 4 ? FD_TYPES.ipv4Server : FD_TYPES.ipv6Server;
    fd.sourceIp = '';
    fd.sourcePort = 0;
    fd.destinationIp = ip;
    fd.destinationPort = address.port;
    setRole(fd, true);
  }
  fd.name = printedParam(ctx, 1);
}

/** connect(), also one that is still on its way: where it goes, and with that whose end this is. */
export function applyConnect(ctx: Evaluation, thread: ThreadRecord, fd: FdRecord): void {
  const { evt } = ctx;
  const result = evt.paramInt64(0) ?? 0;
  if (result < 0 && result !== EINPROGRESS) return;
  fd.state |= FD_STATE.connected;
  const enter = keptEnter(thread, evt.type);
  if (evt.paramLength(TUPLE) === 0) {
    if (enter !== undefined && enter.paramLength(1) > 0) connectByAddress(enter, fd);
    return;
  }
  if (paramFamily(evt, TUPLE) === FAMILY.unix) connectUnix(evt, enter, fd);
  else connectIp(evt, enter, fd);
}

/** Without a tuple (TCP fast open) the address that the caller gave is all there is. */
function connectByAddress(enter: EventView, fd: FdRecord): void {
  const address = readAddressParam(enter, 1);
  if (address === undefined) {
    if (paramFamily(enter, 1) === FAMILY.unix) fd.name = readUnixPath(enter, 1, 1);
    return;
  }
  fd.destinationIp = unmapped(address.ip);
  fd.destinationPort = address.port;
  fd.type = fd.destinationIp.length === 4 ? FD_TYPES.ipv4 : FD_TYPES.ipv6;
}

function connectIp(evt: EventView, enter: EventView | undefined, fd: FdRecord): void {
  const tuple = new FdRecord(fd.fd, fd.type);
  if (!readTupleParam(evt, TUPLE, tuple)) return;
  resolveDestination(evt, enter, tuple);
  const changed = updateTuple(fd, tuple, true);
  if (changed && fd.isServer === true && fd.l4proto === L4.udp) swapEnds(fd);
  fd.name = socketName(fd);
  if (fd.isServer === undefined) setRole(fd, false);
}

/**
 * Where the exit's address and its tuple agree, both may have been read from memory that another
 * thread changed: then the enter event's address, read before, is the one that was used.
 */
function resolveDestination(evt: EventView, enter: EventView | undefined, tuple: FdRecord): void {
  const atExit = readAddressParam(evt, ADDRESS);
  const atEnter = enter === undefined ? undefined : readAddressParam(enter, 1);
  if (atExit === undefined || atEnter === undefined) return;
  const isTuple =
    unmapped(atExit.ip) === tuple.destinationIp && atExit.port === tuple.destinationPort;
  if (!isTuple || atEnter.ip.length !== atExit.ip.length) return;
  setTuple(tuple, tuple.sourceIp, unmapped(atEnter.ip));
  tuple.destinationPort = atEnter.port;
}

function connectUnix(evt: EventView, enter: EventView | undefined, fd: FdRecord): void {
  if (fd.type !== FD_TYPES.unix) return;
  let path = readUnixPath(evt, TUPLE, 17);
  if (
    enter !== undefined &&
    paramFamily(evt, ADDRESS) === FAMILY.unix &&
    paramFamily(enter, 1) === FAMILY.unix &&
    readUnixPath(evt, ADDRESS, 1) === path
  ) {
    path = readUnixPath(enter, 1, 1);
  }
  setUnixEnds(evt, TUPLE, fd);
  fd.name = unixName(fd.unixSource, fd.unixPeer, path);
  if (fd.isServer === undefined) setRole(fd, false);
}

function setUnixEnds(evt: EventView, index: number, fd: FdRecord): void {
  if (evt.paramLength(index) < 17) return;
  const at = evt.paramStart(index);
  fd.unixSource = evt.data.getBigUint64(at + 1, true);
  fd.unixPeer = evt.data.getBigUint64(at + 9, true);
}

/** accept(): a new descriptor that is a server's end. */
export function applyAccept(
  ctx: Evaluation,
  thread: ThreadRecord,
  { fds }: SocketWorld,
): FdRecord | undefined {
  const { evt } = ctx;
  const num = evt.paramInt64(0) ?? -1;
  if (num < 0) return undefined;
  thread.lastEventFd = num;
  const fd = new FdRecord(num, FD_TYPES.unknown);
  const family = paramFamily(evt, TUPLE);
  if (family === FAMILY.unix) {
    fd.type = FD_TYPES.unix;
    setUnixEnds(evt, TUPLE, fd);
  } else if (readTupleParam(evt, TUPLE, fd)) {
    fd.l4proto = L4.tcp;
  } else {
    return undefined;
  }
  fd.name = printedParam(ctx, TUPLE);
  setRole(fd, true);
  fd.state |= FD_STATE.connected;
  return fds.add(thread, num, fd);
}

/** A parameter as text, without what it stands for. */
export function printedParam(ctx: Evaluation, index: number): string {
  return paramPrinters(ctx.evt.type)[index]?.(ctx).plain ?? '';
}

const ACCEPTS = new Set([eventId('socket_accept_5_x'), eventId('socket_accept4_6_x')]);

export function isAccept(type: number): boolean {
  return ACCEPTS.has(type);
}

/** Which parameter of a reading or writing event tells both ends. */
const TUPLE_OF_READ = new Map<number, number>([
  [eventId('socket_recvfrom_x'), 2],
  [eventId('socket_recvmsg_x'), 3],
  [eventId('socket_recvmmsg_x'), 4],
  [eventId('socket_recv_x'), 4],
]);
const TUPLE_OF_WRITE = new Map<number, number>([
  [eventId('socket_send_x'), 4],
  [eventId('socket_sendto_x'), 4],
  [eventId('socket_sendmsg_x'), 4],
  [eventId('socket_sendmmsg_x'), 4],
]);

export function isSend(type: number): boolean {
  return TUPLE_OF_WRITE.has(type);
}

/** Data went through a socket: it is connected, and a datagram's event tells where it goes. */
export function applyTransfer(
  ctx: Evaluation,
  thread: ThreadRecord,
  fd: FdRecord,
  world: SocketWorld & { readonly incoming: boolean },
): void {
  const { evt } = ctx;
  if ((evt.paramInt64(0) ?? -1) < 0) return;
  if (fd.type === FD_TYPES.ipv4 || fd.type === FD_TYPES.ipv6) fd.state |= FD_STATE.connected;
  const index = (world.incoming ? TUPLE_OF_READ : TUPLE_OF_WRITE).get(evt.type);
  if (index === undefined || (fd.name !== '' && fd.l4proto === L4.tcp)) return;
  if (evt.paramLength(index) === 0) return;
  if (paramFamily(evt, index) === FAMILY.unix) {
    fd.type = FD_TYPES.unix;
    setUnixEnds(evt, index, fd);
    fd.name = printedParam(ctx, index);
    return;
  }
  if (updateEnds(evt, index, fd, world.network)) nameEnds(thread, fd, world);
}

/** Takes over a datagram's tuple; false where it says nothing new. */
function updateEnds(evt: EventView, index: number, fd: FdRecord, network: CaptureNetwork): boolean {
  const tuple = new FdRecord(fd.fd, fd.type);
  if (!readTupleParam(evt, index, tuple) || !updateTuple(fd, tuple, false)) return false;
  if (fd.l4proto === L4.unknown) fd.l4proto = L4.udp;
  network.complete(fd);
  return true;
}

function nameEnds(
  thread: ThreadRecord,
  fd: FdRecord,
  { fds, incoming }: SocketWorld & { readonly incoming: boolean },
): void {
  if (fd.isServer === undefined) setRole(fd, guessServer(thread, fd, fds, incoming));
  // Of a received datagram the sender stands first; of a sent one, the sender too.
  if (fd.isServer !== incoming) swapEnds(fd);
  fd.name = socketName(fd);
}

/** Whoever owns the server's port serves; else a server is who begins by reading. */
function guessServer(
  thread: ThreadRecord,
  fd: FdRecord,
  fds: CaptureFds,
  incoming: boolean,
): boolean {
  const [client, server] = portsAsFalcoSeesThem(fd);
  if (!fds.isBoundTo(thread, server)) return false;
  return fds.usesClientPort(thread, client) ? incoming : true;
}

/** libs guesses over IPv6 sockets as if they were IPv4: from the middle of the source's address. */
function portsAsFalcoSeesThem(fd: FdRecord): readonly [number, number] {
  if (fd.type === FD_TYPES.ipv4) return [fd.sourcePort, fd.destinationPort];
  const at = (i: number) => fd.sourceIp.charCodeAt(i) | (fd.sourceIp.charCodeAt(i + 1) << 8);
  return [at(8), at(10)];
}

/**
 * Takes over both ends; false where they are known, in either order. A known IPv4 destination stays
 * unless `overwrite`.
 */
function updateTuple(fd: FdRecord, tuple: FdRecord, overwrite: boolean): boolean {
  if (fd.type !== tuple.type) {
    const isNarrower = fd.sourceIp.length !== tuple.sourceIp.length;
    fd.type = tuple.type;
    if (isNarrower) {
      fd.sourceIp = '\0'.repeat(tuple.sourceIp.length);
      fd.destinationIp = fd.sourceIp;
    }
  }
  if (isSameEnds(fd, tuple)) return false;
  let changed = fd.sourceIp !== tuple.sourceIp || fd.sourcePort !== tuple.sourcePort;
  fd.sourceIp = tuple.sourceIp;
  fd.sourcePort = tuple.sourcePort;
  const replaces = overwrite || tuple.type === FD_TYPES.ipv6;
  if (isNone(fd.destinationIp) || (replaces && fd.destinationIp !== tuple.destinationIp)) {
    fd.destinationIp = tuple.destinationIp;
    changed = true;
  }
  if (fd.destinationPort === 0 || (replaces && fd.destinationPort !== tuple.destinationPort)) {
    fd.destinationPort = tuple.destinationPort;
    changed = true;
  }
  return changed;
}

function isSameEnds(a: FdRecord, b: FdRecord): boolean {
  const straight =
    a.sourceIp === b.sourceIp &&
    a.sourcePort === b.sourcePort &&
    a.destinationIp === b.destinationIp &&
    a.destinationPort === b.destinationPort;
  const crossed =
    a.sourceIp === b.destinationIp &&
    a.sourcePort === b.destinationPort &&
    a.destinationIp === b.sourceIp &&
    a.destinationPort === b.sourcePort;
  return straight || crossed;
}

function isNone(ip: string): boolean {
  return /^\0*$/.test(ip);
}

export function swapEnds(fd: FdRecord): void {
  [fd.sourceIp, fd.destinationIp] = [fd.destinationIp, fd.sourceIp];
  [fd.sourcePort, fd.destinationPort] = [fd.destinationPort, fd.sourcePort];
}
