import { FD_TYPES } from '#model/file-descriptor.ts';
import type { FdRecord } from './fd-record.ts';
import { fdType, setTuple } from './fd-record.ts';

/** Bytes before what depends on the type: i64 fd, u64 inode, u8 type. */
const ENTRY_HEAD = 17;

/**
 * Decodes one .scap FD entry, from `at` up to `end`, into `fd`: of a capture's FD list or of what
 * the kernel programs append to an event. Names of sockets are left to whoever shows them. False
 * where the entry is cut short or of a type that no writer uses; `fd` is then of no use.
 */
export function readFdEntry(bytes: Buffer, at: number, end: number, fd: FdRecord): boolean {
  if (end > bytes.length || end - at < ENTRY_HEAD) return false;
  const type = fdType(bytes.readUInt8(at + 16));
  if (type === undefined) return false;
  fd.clear(Number(bytes.readBigInt64LE(at)), type);
  fd.ino = Number(bytes.readBigUInt64LE(at + 8));
  const body = at + ENTRY_HEAD;
  switch (type) {
    case FD_TYPES.unknown:
      return true;
    case FD_TYPES.ipv4:
    case FD_TYPES.ipv6:
      return readTuple(bytes, body, end, fd);
    case FD_TYPES.ipv4Server:
    case FD_TYPES.ipv6Server:
      return readServer(bytes, body, end, fd);
    case FD_TYPES.unix:
      return readUnix(bytes, body, end, fd);
    case FD_TYPES.fileV2:
      return readFile(bytes, body, end, fd);
    default:
      fd.name = readString(bytes, body, end) ?? '';
      return true;
  }
}

function readTuple(bytes: Buffer, at: number, end: number, fd: FdRecord): boolean {
  const width = fd.type === FD_TYPES.ipv4 ? 4 : 16;
  if (end - at < 2 * width + 5) return false;
  const ports = at + 2 * width;
  setTuple(fd, text(bytes, at, width), text(bytes, at + width, width));
  fd.sourcePort = bytes.readUInt16LE(ports);
  fd.destinationPort = bytes.readUInt16LE(ports + 2);
  fd.l4proto = bytes.readUInt8(ports + 4);
  return true;
}

function readServer(bytes: Buffer, at: number, end: number, fd: FdRecord): boolean {
  const width = fd.type === FD_TYPES.ipv4Server ? 4 : 16;
  if (end - at < width + 3) return false;
  fd.destinationIp = text(bytes, at, width);
  fd.destinationPort = bytes.readUInt16LE(at + width);
  fd.l4proto = bytes.readUInt8(at + width + 2);
  fd.isServer = true;
  return true;
}

function readUnix(bytes: Buffer, at: number, end: number, fd: FdRecord): boolean {
  if (end - at < 16) return false;
  fd.unixSource = bytes.readBigUInt64LE(at);
  fd.unixPeer = bytes.readBigUInt64LE(at + 8);
  fd.name = readString(bytes, at + 16, end) ?? '';
  return true;
}

function readFile(bytes: Buffer, at: number, end: number, fd: FdRecord): boolean {
  if (end - at < 4) return false;
  fd.openFlags = bytes.readUInt32LE(at);
  const name = readString(bytes, at + 4, end);
  if (name === undefined) return false;
  fd.name = name;
  const dev = at + 6 + name.length;
  if (end - dev >= 4) fd.dev = bytes.readUInt32LE(dev);
  return true;
}

/** u16 length, then as many bytes. */
function readString(bytes: Buffer, at: number, end: number): string | undefined {
  if (end - at < 2) return undefined;
  const length = bytes.readUInt16LE(at);
  return end - at - 2 < length ? undefined : text(bytes, at + 2, length);
}

function text(bytes: Buffer, at: number, length: number): string {
  return bytes.toString('latin1', at, at + length);
}
