/** Text forms of addresses that are raw bytes in a byte string, as the C library prints them. */

export function ipv4Text(bytes: string, at = 0): string {
  const part = (i: number): number => bytes.charCodeAt(at + i);
  return `${part(0)}.${part(1)}.${part(2)}.${part(3)}`;
}

/** The longest run of two or more zero groups becomes `::` (RFC 5952), as inet_ntop does. */
export function ipv6Text(bytes: string, at = 0): string {
  const groups: number[] = [];
  for (let i = 0; i < 16; i += 2) {
    groups.push((bytes.charCodeAt(at + i) << 8) | bytes.charCodeAt(at + i + 1));
  }
  const run = longestZeroRun(groups);
  const embedded = embeddedIpv4(groups, run, bytes.slice(at, at + 16));
  if (embedded !== undefined) return embedded;
  const hex = groups.map((group) => group.toString(16));
  if (run.length < 2) return hex.join(':');
  return `${hex.slice(0, run.start).join(':')}::${hex.slice(run.start + run.length).join(':')}`;
}

interface Run {
  readonly start: number;
  readonly length: number;
}

function longestZeroRun(groups: readonly number[]): Run {
  let best: Run = { start: 0, length: 0 };
  let start = 0;
  for (let i = 0; i <= groups.length; i++) {
    if (i < groups.length && groups[i] === 0) continue;
    if (i - start > best.length) best = { start, length: i - start };
    start = i + 1;
  }
  return best;
}

/** `::1.2.3.4` and `::ffff:1.2.3.4`: inet_ntop prints the last 32 bits of these as IPv4. */
function embeddedIpv4(groups: readonly number[], run: Run, bytes: string): string | undefined {
  if (run.start !== 0) return undefined;
  if (run.length === 6) return `::${ipv4Text(bytes, 12)}`;
  if (run.length === 5 && groups[5] === 0xffff) return `::ffff:${ipv4Text(bytes, 12)}`;
  return undefined;
}

/** Whether 16 bytes hold an IPv4 address in IPv6 dress (::ffff:a.b.c.d). */
export function isMappedIpv4(bytes: string, at = 0): boolean {
  return bytes.startsWith('\0\0\0\0\0\0\0\0\0\0\xff\xff', at);
}

export function ipText(bytes: string): string {
  if (bytes.length === 4) return ipv4Text(bytes);
  return bytes.length === 16 ? ipv6Text(bytes) : '';
}

/** Raw bytes of an address as written in a rule; undefined where it is none. */
export function parseIp(text: string): string | undefined {
  return text.includes(':') ? parseIpv6(text) : parseIpv4(text);
}

function parseIpv4(text: string): string | undefined {
  const parts = text.split('.');
  if (parts.length !== 4) return undefined;
  let bytes = '';
  for (const part of parts) {
    if (!/^\d{1,3}$/.test(part) || Number(part) > 255) return undefined;
    bytes += String.fromCharCode(Number(part));
  }
  return bytes;
}

function parseIpv6(text: string): string | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const head = parseGroups(halves[0] ?? '');
  const tail = parseGroups(halves[1] ?? '');
  if (head === undefined || tail === undefined) return undefined;
  if (halves.length === 1) return head.length === 16 ? head : undefined;
  const missing = 16 - head.length - tail.length;
  return missing < 2 ? undefined : head + '\0'.repeat(missing) + tail;
}

/** Groups between colons; the last may be IPv4. */
function parseGroups(text: string): string | undefined {
  if (text === '') return '';
  let bytes = '';
  const groups = text.split(':');
  for (const [i, group] of groups.entries()) {
    if (i === groups.length - 1 && group.includes('.')) {
      const ipv4 = parseIpv4(group);
      return ipv4 === undefined ? undefined : bytes + ipv4;
    }
    if (!/^[0-9a-fA-F]{1,4}$/.test(group)) return undefined;
    const value = Number.parseInt(group, 16);
    bytes += String.fromCharCode(value >> 8, value & 255);
  }
  return bytes.length <= 16 ? bytes : undefined;
}

export interface Network {
  readonly address: string;
  readonly bits: number;
}

/** `10.0.0.0/8`, or an address alone for the network of one. */
export function parseNetwork(text: string): Network | undefined {
  const slash = text.indexOf('/');
  const address = parseIp(slash < 0 ? text : text.slice(0, slash));
  if (address === undefined) return undefined;
  const whole = address.length * 8;
  if (slash < 0) return { address, bits: whole };
  const prefix = text.slice(slash + 1);
  if (!/^\d{1,3}$/.test(prefix) || Number(prefix) > whole) return undefined;
  return { address, bits: Number(prefix) };
}

/** An IPv4 address is in no IPv6 network, not even in ::/0, and the other way round. */
export function isInNetwork(bytes: string, network: Network): boolean {
  if (bytes.length !== network.address.length) return false;
  const whole = network.bits >> 3;
  for (let i = 0; i < whole; i++) {
    if (bytes.charCodeAt(i) !== network.address.charCodeAt(i)) return false;
  }
  const rest = network.bits & 7;
  if (rest === 0) return true;
  const mask = (0xff00 >> rest) & 0xff;
  return (bytes.charCodeAt(whole) & mask) === (network.address.charCodeAt(whole) & mask);
}
