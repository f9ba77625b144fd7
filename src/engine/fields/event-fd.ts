import type { Evaluation } from '#model/evaluation.ts';
import type { FdInfo } from '#model/file-descriptor.ts';
import { FD_TYPES } from '#model/file-descriptor.ts';

/** Names and letters of fd types, and finding the fd that a number in an event stands for. */

const NAMES = new Map<number, readonly [string, string]>([
  [FD_TYPES.unknown, ['<UNKNOWN>', '?']],
  [FD_TYPES.file, ['file', 'f']],
  [FD_TYPES.fileV2, ['file', 'f']],
  [FD_TYPES.directory, ['directory', 'd']],
  [FD_TYPES.ipv4, ['ipv4', '4']],
  [FD_TYPES.ipv6, ['ipv6', '6']],
  [FD_TYPES.ipv4Server, ['ipv4', '4']],
  [FD_TYPES.ipv6Server, ['ipv6', '6']],
  [FD_TYPES.fifo, ['pipe', 'p']],
  [FD_TYPES.unix, ['unix', 'u']],
  [FD_TYPES.event, ['event', 'e']],
  [FD_TYPES.unsupported, ['<UNKNOWN>', '?']],
  [FD_TYPES.signal, ['signalfd', 's']],
  [FD_TYPES.eventpoll, ['eventpoll', 'l']],
  [FD_TYPES.inotify, ['inotify', 'i']],
  [FD_TYPES.timerfd, ['timerfd', 't']],
  [FD_TYPES.netlink, ['netlink', 'n']],
  [FD_TYPES.bpf, ['bpf', 'b']],
  [FD_TYPES.userfaultfd, ['userfaultfd', 'u']],
  [FD_TYPES.ioUring, ['io_uring', 'r']],
  [FD_TYPES.memfd, ['memfd', 'm']],
  [FD_TYPES.pidfd, ['pidfd', 'P']],
]);

export function fdTypeName(fd: FdInfo): string {
  return NAMES.get(fd.type)?.[0] ?? '<UNKNOWN>';
}

export function fdTypeChar(fd: FdInfo): string {
  return NAMES.get(fd.type)?.[1] ?? '?';
}

export function isFile(fd: FdInfo): boolean {
  return fd.type === FD_TYPES.file || fd.type === FD_TYPES.fileV2;
}

export function isConnection(fd: FdInfo): boolean {
  return fd.type === FD_TYPES.ipv4 || fd.type === FD_TYPES.ipv6;
}

export function isServerSocket(fd: FdInfo): boolean {
  return fd.type === FD_TYPES.ipv4Server || fd.type === FD_TYPES.ipv6Server;
}

export function isIpSocket(fd: FdInfo): boolean {
  return isConnection(fd) || isServerSocket(fd);
}

export const L4_NAMES: readonly string[] = ['<NA>', 'tcp', 'udp', 'icmp', 'raw'];
const RAW = 4;
const L4_CHARS: readonly string[] = ['', 't', 'u', 'i', 'r'];

/** `<4t>` and the like: the kind of fd before its name, as `evt.arg` prints it. */
export function fdTag(fd: FdInfo): string {
  const isTold =
    isServerSocket(fd) || (isConnection(fd) && (fd.isServer !== undefined || fd.l4proto === RAW));
  const protocol = isTold ? (L4_CHARS[fd.l4proto] ?? '') : '';
  return `<${fdTypeChar(fd)}${protocol}>`;
}

/** What fd number `num` refers to: of the process in a capture, else the event's own fd alone. */
export function fdOf(ctx: Evaluation, num: number): FdInfo | undefined {
  const thread = ctx.thread;
  const table = thread === undefined ? undefined : ctx.state.leader(thread).fds;
  if (table !== undefined) return table.get(num);
  return ctx.fd?.fd === num && ctx.fd.type !== FD_TYPES.unknown ? ctx.fd : undefined;
}

/** The event's fd where what it refers to is known; a failed open has a name but no such thing. */
export function eventFd(ctx: Evaluation): FdInfo | undefined {
  const fd = ctx.fd;
  return fd === undefined || fd.type === FD_TYPES.unknown ? undefined : fd;
}

/** What an open fd number of the process refers to, where it is known. */
export function eventFdOf(ctx: Evaluation, num: number): FdInfo | undefined {
  const fd = fdOf(ctx, num);
  return fd === undefined || fd.type === FD_TYPES.unknown ? undefined : fd;
}
