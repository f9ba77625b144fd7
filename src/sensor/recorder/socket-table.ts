import { closeSync, openSync, readSync } from 'node:fs';
import { ByteWriter } from '#capture/byte-writer.ts';
import { FD_TYPES } from '#model/file-descriptor.ts';
import { RECORD_NAMESPACES_MAX, RECORD_SOCKETS_BYTES } from '#model/limits.ts';
import { readLink } from '#sensor/host/read-file.ts';

const TCP = 1;
const UDP = 2;
const LISTEN = '0A';

/**
 * What the sockets of a machine are, by inode, as /proc/<pid>/net tells for each network namespace
 * that is met. Bounds: RECORD_NAMESPACES_MAX, and the bytes of each list.
 */
export class SocketTable {
  private readonly proc: string;
  private readonly namespaces = new Map<string, ReadonlyMap<string, Buffer>>();
  private readonly to = new ByteWriter(512);

  constructor(proc = '/proc') {
    this.proc = proc;
  }

  /** An FD entry from its type on; undefined for a socket of a kind that is not listed. */
  find(pid: number, inode: string): Buffer | undefined {
    const namespace = readLink(`${this.proc}/${pid}/ns/net`) ?? '';
    let sockets = this.namespaces.get(namespace);
    if (sockets === undefined) {
      if (this.namespaces.size >= RECORD_NAMESPACES_MAX) return undefined;
      sockets = this.read(pid);
      this.namespaces.set(namespace, sockets);
    }
    return sockets.get(inode);
  }

  private read(pid: number): ReadonlyMap<string, Buffer> {
    const sockets = new Map<string, Buffer>();
    const net = `${this.proc}/${pid}/net`;
    for (const [name, protocol] of [
      ['tcp', TCP],
      ['tcp6', TCP],
      ['udp', UDP],
      ['udp6', UDP],
    ] as const) {
      for (const line of rows(`${net}/${name}`)) {
        const [, local = '', remote = '', state, , , , , , inode = ''] = line;
        const entry = this.internet([local, remote], protocol, state === LISTEN);
        if (entry !== undefined) sockets.set(inode, entry);
      }
    }
    for (const [, , , , , , inode = '', path = ''] of rows(`${net}/unix`)) {
      sockets.set(inode, this.unix(path));
    }
    return sockets;
  }

  private internet(
    [local, remote]: readonly [string, string],
    protocol: number,
    listens: boolean,
  ): Buffer | undefined {
    const from = parseEnd(local);
    const to = parseEnd(remote);
    if (from === undefined || to === undefined) return undefined;
    const isV6 = from.ip.length === 16;
    const out = this.to.clear();
    if (listens) {
      out
        .u8(isV6 ? FD_TYPES.ipv6Server : FD_TYPES.ipv4Server)
        .raw(from.ip)
        .u16(from.port);
    } else {
      out
        .u8(isV6 ? FD_TYPES.ipv6 : FD_TYPES.ipv4)
        .raw(from.ip)
        .raw(to.ip);
      out.u16(from.port).u16(to.port);
    }
    return Buffer.from(out.u8(protocol).written);
  }

  /** Peers are not listed, and the address that is, is hidden from most. */
  private unix(path: string): Buffer {
    const out = this.to.clear().u8(FD_TYPES.unix).u64(0n).u64(0n).string(path, PATH_MAX);
    return Buffer.from(out.written);
  }
}

const PATH_MAX = 1024;

/** `0100007F:1F90`: the address is in words of the machine's byte order, here little-endian. */
function parseEnd(text: string): { ip: Buffer; port: number } | undefined {
  const [words = '', port = ''] = text.split(':');
  if (words.length !== 8 && words.length !== 32) return undefined;
  return { ip: Buffer.from(words, 'hex').swap32(), port: Number.parseInt(port, 16) };
}

function rows(path: string): string[][] {
  // The last line may be cut.
  return readList(path)
    .split('\n')
    .slice(1, -1)
    .map((line) => line.trim().split(/ +/));
}

/** These files give a page or so at a time, and have no size to ask for. */
function readList(path: string): string {
  const bytes = Buffer.allocUnsafe(RECORD_SOCKETS_BYTES);
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch {
    return '';
  }
  let end = 0;
  try {
    for (let read = -1; read !== 0; end += read) {
      read = readSync(fd, bytes, end, bytes.length - end, null);
    }
  } catch {
    // The process has gone: what was read is good.
  } finally {
    closeSync(fd);
  }
  return bytes.toString('latin1', 0, end);
}
