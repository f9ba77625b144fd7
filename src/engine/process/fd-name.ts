import { ipv4Text, ipv6Text } from '#engine/fields/address-text.ts';
import type { FdInfo } from '#model/file-descriptor.ts';
import { FD_TYPES } from '#model/file-descriptor.ts';

/** How fd.name shows a socket: `1.2.3.4:5->6.7.8.9:10`, or what it is bound to. */
export function socketName(fd: FdInfo): string {
  switch (fd.type) {
    case FD_TYPES.ipv4:
    case FD_TYPES.ipv6:
      return tupleText(fd);
    case FD_TYPES.ipv4Server:
      return `${ipv4Text(fd.destinationIp)}:${fd.destinationPort}`;
    case FD_TYPES.ipv6Server:
      return `${ipv6Text(fd.destinationIp)}:${fd.destinationPort}`;
    default:
      return '';
  }
}

function tupleText(fd: FdInfo): string {
  const text = fd.type === FD_TYPES.ipv4 ? ipv4Text : ipv6Text;
  const source = `${text(fd.sourceIp)}:${fd.sourcePort}`;
  return `${source}->${text(fd.destinationIp)}:${fd.destinationPort}`;
}

/** `<source>-><peer> <path>`, the kernel's addresses of the two ends in hexadecimal. */
export function unixName(source: bigint, peer: bigint, path: string): string {
  return `${source.toString(16)}->${peer.toString(16)} ${path}`;
}
