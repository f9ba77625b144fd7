import { networkInterfaces } from 'node:os';
import { parseIp } from '#engine/fields/address-text.ts';
import { INTERFACES_REFRESH_MS } from '#model/limits.ts';
import { readProcFile } from './read-file.ts';

/** Unique to this boot of the machine; with pid and start time, the key of a process. */
export function bootId(): string {
  return readProcFile('/proc/sys/kernel/random/boot_id')?.trim() ?? '';
}

/** Added to a CLOCK_BOOTTIME gives ns since 1970, within the 10 ms that /proc/uptime tells. */
export function bootTimeNs(nowMs: number = Date.now()): bigint {
  const uptime = Number(readProcFile('/proc/uptime')?.split(' ')[0] ?? 0);
  return BigInt(nowMs) * 1_000_000n - BigInt(Math.round(uptime * 1e9));
}

/** Raw bytes of the machine's own addresses; asked again now and then, for they come and go. */
export class LocalAddresses {
  private addresses: ReadonlySet<string> = new Set();
  private readAtMs = Number.NEGATIVE_INFINITY;

  get(nowMs: number = Date.now()): ReadonlySet<string> {
    if (nowMs - this.readAtMs >= INTERFACES_REFRESH_MS) {
      this.readAtMs = nowMs;
      this.addresses = readAddresses();
    }
    return this.addresses;
  }
}

function readAddresses(): ReadonlySet<string> {
  const addresses = new Set<string>();
  for (const list of Object.values(networkInterfaces())) {
    for (const { address } of list ?? []) {
      const bytes = parseIp(address.replace(/%.*$/, ''));
      if (bytes !== undefined) addresses.add(bytes);
    }
  }
  return addresses;
}
