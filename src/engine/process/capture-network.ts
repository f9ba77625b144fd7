import { isMappedIpv4 } from '#engine/fields/address-text.ts';
import type { InterfaceEntry } from '#model/capture-tables.ts';
import { FD_TYPES } from '#model/file-descriptor.ts';
import { CAPTURE_INTERFACES_MAX } from '#model/limits.ts';
import type { FdRecord } from './fd-record.ts';

const NO_IPV4 = '\0\0\0\0';
const NO_IPV6 = '\0'.repeat(16);
const LOOPBACK_IPV4 = '\x7f\0\0\x01';
const LOOPBACK_IPV6 = `${'\0'.repeat(15)}\x01`;
/** A network of IPv6 is taken to be its first 48 bits, as Falco does. */
const IPV6_NETWORK_BYTES = 8;

/** The interfaces of the captured machine, and what they tell about half-known connections. */
export class CaptureNetwork {
  private v4: InterfaceEntry[] = [];
  private v6: InterfaceEntry[] = [];
  private local = new Set<string>();

  clear(): void {
    this.v4 = [];
    this.v6 = [];
    this.local = new Set();
  }

  add(entry: InterfaceEntry): void {
    if (this.local.size >= CAPTURE_INTERFACES_MAX) return;
    (entry.address.length === 4 ? this.v4 : this.v6).push(entry);
    this.local.add(entry.address);
  }

  isLocal(ip: string): boolean {
    if (ip.length === 4) return this.local.has(ip);
    const network = ip.slice(0, IPV6_NETWORK_BYTES);
    return this.v6.some(({ address }) => address.startsWith(network));
  }

  /**
   * Fills in the end of a connection that is not known yet (0.0.0.0), by the other end's network.
   */
  complete(fd: FdRecord): void {
    if (fd.type !== FD_TYPES.ipv4 && fd.type !== FD_TYPES.ipv6) return;
    const none = fd.type === FD_TYPES.ipv4 ? NO_IPV4 : NO_IPV6;
    if (fd.sourceIp !== none && fd.destinationIp !== none) return;
    const known = fd.sourceIp === none ? fd.destinationIp : fd.sourceIp;
    const inferred = known.length === 4 ? this.inferV4(known) : this.inferV6(known);
    if (inferred === known && fd.sourcePort === fd.destinationPort) return;
    if (fd.sourceIp === none) fd.sourceIp = inferred;
    else fd.destinationIp = inferred;
  }

  /**
   * The address itself if it is ours, else ours in its network, else our first that is no loopback.
   */
  private inferV4(ip: string): string {
    const ours = this.v4;
    const near =
      ours.find(({ address }) => address === ip) ??
      ours.find(({ address, netmask }) => isSameNetwork(address, ip, netmask)) ??
      ours.find(({ address }) => address !== LOOPBACK_IPV4);
    return near?.address ?? NO_IPV4;
  }

  private inferV6(ip: string): string {
    const network = ip.slice(0, IPV6_NETWORK_BYTES);
    const near =
      this.v6.find(({ address }) => address === ip) ??
      this.v6.find(({ address }) => address.startsWith(network)) ??
      this.v6.find(({ address }) => address !== LOOPBACK_IPV6);
    return near?.address ?? NO_IPV6;
  }
}

function isSameNetwork(a: string, b: string, netmask: string): boolean {
  for (let i = 0; i < 4; i++) {
    const mask = netmask.charCodeAt(i);
    if ((a.charCodeAt(i) & mask) !== (b.charCodeAt(i) & mask)) return false;
  }
  return true;
}

/** An IPv4 address in IPv6 dress as what it is. */
export function unmapped(ip: string): string {
  return ip.length === 16 && isMappedIpv4(ip) ? ip.slice(12) : ip;
}
