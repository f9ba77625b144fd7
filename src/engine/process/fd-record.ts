import { isMappedIpv4 } from '#engine/fields/address-text.ts';
import type { FdInfo, FdType } from '#model/file-descriptor.ts';
import { FD_TYPES } from '#model/file-descriptor.ts';

/** An FdInfo with every field set, in one order. */
export class FdRecord implements FdInfo {
  fd: number;
  type: FdType;
  name = '';
  nameRaw = '';
  openFlags = 0;
  dev = 0;
  ino = 0;
  sourceIp = '';
  sourcePort = 0;
  destinationIp = '';
  destinationPort = 0;
  l4proto = 0;
  isServer: boolean | undefined = undefined;
  state = 0;
  nameChanged = false;
  unixSource = 0n;
  unixPeer = 0n;
  pidfdPid = 0;
  /** The name before the event that is being applied. */
  oldName = '';

  constructor(fd: number, type: FdType) {
    this.fd = fd;
    this.type = type;
  }

  clear(fd: number, type: FdType): void {
    this.fd = fd;
    this.type = type;
    this.name = '';
    this.nameRaw = '';
    this.oldName = '';
    this.openFlags = 0;
    this.dev = 0;
    this.ino = 0;
    this.sourceIp = '';
    this.sourcePort = 0;
    this.destinationIp = '';
    this.destinationPort = 0;
    this.l4proto = 0;
    this.isServer = undefined;
    this.state = 0;
    this.nameChanged = false;
    this.unixSource = 0n;
    this.unixPeer = 0n;
    this.pidfdPid = 0;
  }

  copy(): FdRecord {
    const copy = new FdRecord(this.fd, this.type);
    Object.assign(copy, this);
    return copy;
  }
}

const TYPES = new Set<number>(Object.values(FD_TYPES));

/** undefined for a number that no writer uses. */
export function fdType(id: number): FdType | undefined {
  // The set holds the values of FD_TYPES and nothing else, which TypeScript cannot see.
  return TYPES.has(id) ? (id as FdType) : undefined;
}

/** Fills addresses and type; an IPv4 tuple in IPv6 dress becomes what it is. */
export function setTuple(fd: FdRecord, source: string, destination: string): void {
  if (source.length === 4) {
    fd.type = FD_TYPES.ipv4;
    fd.sourceIp = source;
    fd.destinationIp = destination;
  } else if (isMappedIpv4(source) && isMappedIpv4(destination)) {
    fd.type = FD_TYPES.ipv4;
    fd.sourceIp = source.slice(12);
    fd.destinationIp = destination.slice(12);
  } else {
    fd.type = FD_TYPES.ipv6;
    fd.sourceIp = source;
    fd.destinationIp = destination;
  }
}
