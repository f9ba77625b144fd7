import type { EventView } from '#model/event-view.ts';
import { FD_TYPES } from '#model/file-descriptor.ts';
import type { FdRecord } from './fd-record.ts';
import { setTuple } from './fd-record.ts';

/** Address families as the schema numbers them. */
export const FAMILY = { unix: 1, inet: 2, inet6: 10, netlink: 16 } as const;
/** L4PROTO of the schema. */
export const L4 = { unknown: 0, tcp: 1, udp: 2, icmp: 3, raw: 4 } as const;

const IPPROTO = { ip: 0, icmp: 1, tcp: 6, udp: 17, raw: 255 } as const;
const SOCK = { stream: 1, datagram: 2, raw: 3 } as const;

/** The family byte of a sockaddr or socktuple parameter; 0 where it is absent. */
export function paramFamily(evt: EventView, index: number): number {
  return evt.paramLength(index) > 0 ? evt.data.getUint8(evt.paramStart(index)) : 0;
}

/** Both ends of a socktuple parameter; false where it is not of that family or cut short. */
export function readTupleParam(evt: EventView, index: number, fd: FdRecord): boolean {
  const family = paramFamily(evt, index);
  const width = family === FAMILY.inet ? 4 : family === FAMILY.inet6 ? 16 : 0;
  if (width === 0 || evt.paramLength(index) < 2 * width + 5) return false;
  const start = evt.paramStart(index) + 1;
  const destination = start + width + 2;
  setTuple(fd, raw(evt, start, width), raw(evt, destination, width));
  fd.sourcePort = evt.data.getUint16(start + width, true);
  fd.destinationPort = evt.data.getUint16(destination + width, true);
  return true;
}

export interface Address {
  readonly ip: string;
  readonly port: number;
}

/** A sockaddr parameter of the two IP families. */
export function readAddressParam(evt: EventView, index: number): Address | undefined {
  const family = paramFamily(evt, index);
  const width = family === FAMILY.inet ? 4 : family === FAMILY.inet6 ? 16 : 0;
  if (width === 0 || evt.paramLength(index) < width + 3) return undefined;
  const start = evt.paramStart(index) + 1;
  return { ip: raw(evt, start, width), port: evt.data.getUint16(start + width, true) };
}

/** The path of a unix sockaddr (1 byte of family before it) or socktuple (17 bytes). */
export function readUnixPath(evt: EventView, index: number, skip: 1 | 17): string {
  const start = evt.paramStart(index) + skip;
  const end = evt.paramStart(index) + evt.paramLength(index);
  const nul = evt.bytes.subarray(start, end).indexOf(0);
  return start >= end ? '' : evt.bytes.toString('latin1', start, nul < 0 ? end : start + nul);
}

function raw(evt: EventView, at: number, width: number): string {
  return evt.bytes.toString('latin1', at, at + width);
}

export interface SocketKind {
  readonly domain: number;
  readonly type: number;
  readonly protocol: number;
}

/** What a new socket is, by the arguments of socket(). */
export function setSocketKind(fd: FdRecord, { domain, type, protocol }: SocketKind): void {
  if (domain === FAMILY.unix) {
    fd.type = FD_TYPES.unix;
  } else if (domain === FAMILY.inet || domain === FAMILY.inet6) {
    fd.type = domain === FAMILY.inet ? FD_TYPES.ipv4 : FD_TYPES.ipv6;
    const none = domain === FAMILY.inet ? '\0\0\0\0' : '\0'.repeat(16);
    fd.sourceIp = none;
    fd.destinationIp = none;
    fd.l4proto = transport(type, protocol);
  } else {
    fd.type = domain === FAMILY.netlink ? FD_TYPES.netlink : FD_TYPES.unknown;
  }
}

// The flags SOCK_NONBLOCK and SOCK_CLOEXEC stand above the low byte of the type.
function transport(type: number, protocol: number): number {
  const isRaw = type === SOCK.raw;
  switch (protocol) {
    case IPPROTO.tcp:
      return isRaw ? L4.raw : L4.tcp;
    case IPPROTO.udp:
      return isRaw ? L4.raw : L4.udp;
    case IPPROTO.icmp:
      return isRaw ? L4.raw : L4.icmp;
    case IPPROTO.raw:
      return L4.raw;
    case IPPROTO.ip:
      if ((type & 0xff) === SOCK.stream) return L4.tcp;
      return (type & 0xff) === SOCK.datagram ? L4.udp : L4.unknown;
    default:
      return L4.unknown;
  }
}
