import { availableParallelism, hostname, networkInterfaces, totalmem } from 'node:os';
import type { ByteWriter } from '#capture/byte-writer.ts';
import { writeInterfaces, writeMachine, writeSection, writeUsers } from '#capture/write-tables.ts';
import { parseIp } from '#engine/fields/address-text.ts';
import type { GroupEntry, InterfaceEntry, UserEntry } from '#model/capture-tables.ts';
import { USER_FILE_BYTES } from '#model/limits.ts';
import { readForeignFile } from '#sensor/host/read-file.ts';

/** Writes what stands first in a segment: machine, interfaces, users. */
export function writeMachineTables(to: ByteWriter, bootNs: bigint): void {
  writeSection(to);
  writeMachine(to, {
    // Not cpus(): that reads every CPU's clock, for 5 ms.
    cpus: availableParallelism(),
    memoryBytes: totalmem(),
    hostname: hostname(),
    bootNs,
  });
  writeInterfaces(to, readInterfaces());
  writeUsers(to, readUsers(), readGroups());
}

function readInterfaces(): InterfaceEntry[] {
  const entries: InterfaceEntry[] = [];
  for (const [name, list] of Object.entries(networkInterfaces())) {
    for (const { address, netmask } of list ?? []) {
      const bytes = parseIp(address.replace(/%.*$/, ''));
      const mask = parseIp(netmask);
      if (bytes === undefined || mask === undefined || bytes.length !== mask.length) continue;
      entries.push({ name, address: bytes, netmask: mask });
    }
  }
  return entries;
}

function readUsers(): UserEntry[] {
  return lines('/etc/passwd').flatMap(([name = '', , uid, gid, , home = '', shell = '']) => {
    const entry = { uid: Number(uid), gid: Number(gid), name, home, shell };
    return Number.isInteger(entry.uid) && Number.isInteger(entry.gid) ? [entry] : [];
  });
}

function readGroups(): GroupEntry[] {
  return lines('/etc/group').flatMap(([name = '', , gid]) => {
    const entry = { gid: Number(gid), name };
    return Number.isInteger(entry.gid) ? [entry] : [];
  });
}

function lines(path: string): string[][] {
  const text = readForeignFile(path, USER_FILE_BYTES) ?? '';
  return text
    .split('\n')
    .filter((line) => line.includes(':'))
    .map((line) => line.split(':'));
}
