import { readdirSync } from 'node:fs';
import { setImmediate as nextRound } from 'node:timers/promises';
import { ByteWriter } from '#capture/byte-writer.ts';
import { writeFds } from '#capture/write-tables.ts';
import { FD_TYPES } from '#model/file-descriptor.ts';
import { RECORD_FDS_MAX, RECORD_FDS_PER_PROCESS, RECORD_SLICE_MS } from '#model/limits.ts';
import { readLink } from '#sensor/host/read-file.ts';
import { SocketTable } from './socket-table.ts';

/** Kinds that came after sysdig 0.29 (bpf, io_uring …) would make it refuse the whole list. */
const ANONYMOUS: Readonly<Record<string, number>> = {
  eventfd: FD_TYPES.event,
  eventpoll: FD_TYPES.eventpoll,
  signalfd: FD_TYPES.signal,
  timerfd: FD_TYPES.timerfd,
  inotify: FD_TYPES.inotify,
};
const PATH_MAX = 1024;

/**
 * Open files of these processes as FD lists, read from /proc in slices of RECORD_SLICE_MS so that
 * events do not wait. Bounds: RECORD_FDS_PER_PROCESS, RECORD_FDS_MAX in all.
 */
export async function readOpenFiles(pids: readonly number[], proc = '/proc'): Promise<Buffer> {
  const to = new ByteWriter(64 * 1024);
  const sockets = new SocketTable(proc);
  let left = RECORD_FDS_MAX;
  let sliceEnd = performance.now() + RECORD_SLICE_MS;
  for (const pid of pids) {
    if (left <= 0) break;
    const entries = readProcess(`${proc}/${pid}/fd`, (inode) => sockets.find(pid, inode));
    left -= entries.length;
    if (entries.length > 0) writeFds(to, pid, entries);
    if (performance.now() < sliceEnd) continue;
    await nextRound();
    sliceEnd = performance.now() + RECORD_SLICE_MS;
  }
  return to.written;
}

type FindSocket = (inode: string) => Buffer | undefined;

function readProcess(directory: string, findSocket: FindSocket): Buffer[] {
  const entries: Buffer[] = [];
  for (const name of listNames(directory).slice(0, RECORD_FDS_PER_PROCESS)) {
    const target = readLink(`${directory}/${name}`);
    const entry = target === undefined ? undefined : entryOf(Number(name), target, findSocket);
    if (entry !== undefined) entries.push(entry);
  }
  return entries;
}

/** A process that is gone, or is a kernel's own, has none. */
function listNames(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

/** `target` as the link in /proc tells: a path, or `kind:[inode]`. */
function entryOf(fd: number, target: string, findSocket: FindSocket): Buffer | undefined {
  const to = new ByteWriter(64 + target.length);
  if (target.startsWith('/')) {
    to.i64(fd).i64(0).u8(FD_TYPES.fileV2).u32(0).string(target, PATH_MAX).u32(0);
    return to.written;
  }
  const [, kind = '', inode = ''] = /^(\w+):\[?(.*?)\]?$/.exec(target) ?? [];
  to.i64(fd).u64(/^\d+$/.test(inode) ? BigInt(inode) : 0n);
  if (kind === 'socket') {
    const socket = findSocket(inode);
    return socket === undefined ? undefined : to.raw(socket).written;
  }
  if (kind === 'pipe') return to.u8(FD_TYPES.fifo).string(target, PATH_MAX).written;
  const type = kind === 'anon_inode' ? (ANONYMOUS[inode] ?? FD_TYPES.unsupported) : undefined;
  return to.u8(type ?? FD_TYPES.unsupported).string(target, PATH_MAX).written;
}
