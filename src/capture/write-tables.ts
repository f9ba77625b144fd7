/**
 * The blocks before a capture's events: what machine it is, its interfaces, users, processes and
 * open files. Versions are those that libs has written since 2018 and that sysdig 0.29 reads as
 * well as today's Falco: MI, IL V2, UL V2, PL V9, FDL V2. Bounds of strings are those of such
 * readers, which refuse a whole capture for one longer string.
 */
import type { GroupEntry, InterfaceEntry, MachineEntry, UserEntry } from '#model/capture-tables.ts';
import type { Thread } from '#model/process.ts';
import { SECTION_BLOCK, SECTION_MAGIC } from './block.ts';
import type { ByteWriter } from './byte-writer.ts';

const MACHINE_BLOCK = 0x201;
const PROCESSES_BLOCK_V9 = 0x215;
export const FDS_BLOCK_V2 = 0x218;
const INTERFACES_BLOCK_V2 = 0x219;
const USERS_BLOCK_V2 = 0x220;

const MAJOR = 1;
const MINOR = 2;
const HOSTNAME_SIZE = 128;
const PATH_MAX = 1024;
const BLOB_MAX = 4096;
const NAME_MAX = 255;
const LENGTH_SIZE = 4;
const PID_MAX = 4_194_304;

/** Writes a block's frame around what `body` writes. */
export function writeBlock(to: ByteWriter, type: number, body: () => void): void {
  const start = to.at;
  to.u32(type).u32(0);
  body();
  to.zeros((4 - ((to.at - start) & 3)) & 3);
  const length = to.at - start + LENGTH_SIZE;
  to.u32(length);
  to.bytes.writeUInt32LE(length, start + LENGTH_SIZE);
}

/** Writes an entry's length, which may count itself, before what `body` writes. */
function writeEntry(to: ByteWriter, countsItself: boolean, body: () => void): void {
  const start = to.at;
  to.u32(0);
  body();
  to.bytes.writeUInt32LE(to.at - start - (countsItself ? 0 : LENGTH_SIZE), start);
}

export function writeSection(to: ByteWriter): void {
  writeBlock(to, SECTION_BLOCK, () => {
    to.u32(SECTION_MAGIC).u16(MAJOR).u16(MINOR).u64(-1n);
  });
}

export function writeMachine(to: ByteWriter, machine: MachineEntry): void {
  writeBlock(to, MACHINE_BLOCK, () => {
    to.u32(machine.cpus).i64(machine.memoryBytes).i64(PID_MAX);
    const name = machine.hostname.slice(0, HOSTNAME_SIZE - 1);
    to.chars(name).zeros(HOSTNAME_SIZE - name.length);
    to.u64(machine.bootNs).zeros(24);
  });
}

const INTERFACE_V4 = 1;
const INTERFACE_V6 = 2;

export function writeInterfaces(to: ByteWriter, entries: readonly InterfaceEntry[]): void {
  writeBlock(to, INTERFACES_BLOCK_V2, () => {
    for (const { name, address, netmask } of entries) {
      const size = address.length;
      writeEntry(to, false, () => {
        to.u16(size === 4 ? INTERFACE_V4 : INTERFACE_V6).u16(name.length);
        to.chars(address).chars(netmask).chars(broadcast(address, netmask));
        to.u64(0n).chars(name);
      });
    }
  });
}

function broadcast(address: string, netmask: string): string {
  const bytes = Array.from(address, (byte, i) =>
    String.fromCharCode(byte.charCodeAt(0) | (~netmask.charCodeAt(i) & 0xff)),
  );
  return bytes.join('');
}

export function writeUsers(
  to: ByteWriter,
  users: readonly UserEntry[],
  groups: readonly GroupEntry[],
): void {
  writeBlock(to, USERS_BLOCK_V2, () => {
    for (const { uid, gid, name, home, shell } of users) {
      writeEntry(to, true, () => {
        to.u8(0).u32(uid).u32(gid);
        to.string(name, NAME_MAX).string(home, PATH_MAX).string(shell, PATH_MAX);
      });
    }
    for (const { gid, name } of groups) {
      writeEntry(to, true, () => to.u8(1).u32(gid).string(name, NAME_MAX));
    }
  });
}

export function writeProcesses(to: ByteWriter, threads: Iterable<Thread>): void {
  writeBlock(to, PROCESSES_BLOCK_V9, () => {
    for (const thread of threads) writeEntry(to, true, () => writeThread(to, thread));
  });
}

/** Flags of a thread that shares its process's files, as readers of a list expect them. */
export const THREAD_FLAGS = (1 << 13) | 1;

function writeThread(to: ByteWriter, thread: Thread): void {
  to.i64(thread.tid).i64(thread.pid).i64(thread.ptid).i64(thread.sid).i64(thread.vpgid);
  to.string(thread.comm, NAME_MAX).string(thread.exe, PATH_MAX).string(thread.exePath, PATH_MAX);
  to.string(blob(thread.args.join('\0')), BLOB_MAX).string(thread.cwd, PATH_MAX);
  to.i64(thread.fdLimit).u32(thread.tid === thread.pid ? 0 : THREAD_FLAGS);
  to.u32(thread.uid).u32(thread.gid);
  to.u32(thread.vmSizeKb).u32(thread.vmRssKb).u32(thread.vmSwapKb);
  to.i64(thread.majorFaults).i64(thread.minorFaults);
  to.string(blob(thread.env), BLOB_MAX).i64(thread.vtid).i64(thread.vpid);
  to.string(blob(thread.cgroups), BLOB_MAX).string(thread.root, PATH_MAX);
  to.u64(thread.pidnsInitStartNs).u32(thread.tty).u32(thread.loginUid);
  to.u8(Number(thread.exeWritable));
  to.u64(thread.capInheritable).u64(thread.capPermitted).u64(thread.capEffective);
  to.u8(Number(thread.exeUpperLayer)).i64(thread.exeIno);
  to.u64(thread.exeCtimeNs).u64(thread.exeMtimeNs);
  to.u8(Number(thread.exeFromMemfd)).u8(Number(thread.exeLowerLayer)).i64(thread.pgid);
}

/** NUL after each string, the last too; a single empty string is one NUL. */
export function blob(text: string): string {
  return text === '' || text.endsWith('\0') ? text : `${text}\0`;
}

/** Open files of one process; an entry is laid out as libs writes it, without its length. */
export function writeFds(to: ByteWriter, tid: number, entries: readonly Buffer[]): void {
  writeBlock(to, FDS_BLOCK_V2, () => {
    to.i64(tid);
    for (const entry of entries) writeEntry(to, true, () => to.raw(entry));
  });
}
