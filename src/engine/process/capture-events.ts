import type { Evaluation } from '#model/evaluation.ts';
import type { EventInfo } from '#model/event-schema.ts';
import { EVENTS, eventId } from '#model/event-schema.ts';
import type { EventView } from '#model/event-view.ts';
import type { FdType } from '#model/file-descriptor.ts';
import { FD_TYPES } from '#model/file-descriptor.ts';
import type { CaptureFds } from './capture-fds.ts';
import { newFd } from './capture-fds.ts';
import type { CaptureNetwork } from './capture-network.ts';
import { applyOpen, OPEN_TYPES } from './capture-open.ts';
import {
  applyAccept,
  applyBind,
  applyConnect,
  applySocket,
  applyTransfer,
  isSend,
} from './capture-sockets.ts';
import type { CaptureThreads } from './capture-threads.ts';
import { CLONE_FLAG } from './clone-flags.ts';
import { THREAD_CHANGES } from './credential-events.ts';
import { paramBigUint64, paramSmallUint, paramUint64 } from './event-params.ts';
import type { FdRecord } from './fd-record.ts';
import { FAMILY, paramFamily, setSocketKind } from './socket-params.ts';
import { applyPrctl, applyWorkingDirectory, setWorkingDirectory } from './thread-events.ts';
import type { ThreadRecord } from './thread-record.ts';

/** What each event type does to the state of a capture. */
export interface CaptureWorld {
  readonly fds: CaptureFds;
  readonly network: CaptureNetwork;
  readonly threads: CaptureThreads;
  closeLater(thread: ThreadRecord, fd: number): void;
}

/** Gives the fd that the event is about, now that it has happened. */
type Handler = (
  world: CaptureWorld,
  ctx: Evaluation,
  thread: ThreadRecord,
  fd: FdRecord | undefined,
) => FdRecord | undefined;

/** How an event type finds its thread and its fd. */
export const KIND = {
  usesFd: 1,
  /** It has an fd to show: it uses, makes or ends one. */
  fd: 2,
  /** Its thread is looked up but not made up. */
  find: 4,
  clone: 8,
  procexit: 16,
  keepEnter: 32,
  /** About users, groups, containers: no thread's. */
  machine: 64,
  /** Without effect but on the memory it tells of. */
  skip: 128,
} as const;

export const EXECVE_EXIT = eventId('syscall_execve_19_x');
export const EXECVEAT_ENTER = eventId('syscall_execveat_e');

const CLONES = /^syscall_(clone_20|fork_20|vfork_20|clone3)_x$/;
const KEPT_ENTERS = /^(syscall_(open|creat|openat_2|openat2|execve_19|execveat)|socket_connect)_e$/;
const MACHINE =
  /^(container_json_2|user_added|user_deleted|group_added|group_deleted|pluginevent|asyncevent)_e$/;

function kindOf({ constant, flags }: EventInfo): number {
  if (MACHINE.test(constant)) return KIND.machine;
  if (flags.has('skip-reset') || constant === 'schedswitch_6_e') return KIND.skip;
  if (CLONES.test(constant)) return KIND.clone;
  const usesFd = flags.has('uses-fd');
  const hasFd = usesFd || flags.has('creates-fd') || flags.has('destroys-fd');
  return (
    (usesFd ? KIND.usesFd : 0) |
    (hasFd ? KIND.fd : 0) |
    (constant === 'procexit_1_e' ? KIND.procexit | KIND.find : 0) |
    (KEPT_ENTERS.test(constant) ? KIND.keepEnter : 0)
  );
}

/** KIND bits by event type. */
export const KINDS: Uint8Array = Uint8Array.from(EVENTS, kindOf);

/** Which parameter of an exit event tells the fd it used: the first after the result. */
export const FD_PARAMS: Uint8Array = Uint8Array.from(EVENTS, ({ params }) =>
  Math.max(
    params.findIndex(({ type }, i) => i > 0 && type === 'fd'),
    0,
  ),
);

export const CAPTURE_HANDLERS: (Handler | undefined)[] = new Array(EVENTS.length);

function on(constants: readonly string[], handler: Handler): void {
  for (const constant of constants) CAPTURE_HANDLERS[eventId(constant)] = handler;
}

function result(evt: EventView): number {
  return evt.paramInt64(0) ?? -1;
}

for (const type of OPEN_TYPES) {
  CAPTURE_HANDLERS[type] = (world, ctx, thread) => applyOpen(ctx.evt, thread, world.fds);
}
on(['syscall_execve_19_x', 'syscall_execveat_x'], (world, ctx, thread, fd) => {
  world.threads.exec(ctx.evt, thread);
  return fd;
});
for (const [type, change] of THREAD_CHANGES) {
  CAPTURE_HANDLERS[type] = (_world, ctx, thread, fd) => {
    if (change(thread, ctx.evt)) thread.generation++;
    return fd;
  };
}
on(['syscall_chdir_x', 'syscall_fchdir_x'], (_world, ctx, thread, fd) => {
  applyWorkingDirectory(thread, ctx.evt, fd?.name);
  return fd;
});
on(['syscall_getcwd_x'], (_world, { evt }, thread, fd) => {
  if (result(evt) >= 0) setWorkingDirectory(thread, evt.paramString(1) ?? '');
  return fd;
});
on(['syscall_prctl_x'], (_world, ctx, thread, fd) => {
  applyPrctl(thread, ctx.evt);
  return fd;
});

on(['socket_socket_x'], (world, ctx, thread) => applySocket(ctx.evt, thread, world));
on(['socket_bind_x'], (_world, ctx, _thread, fd) => {
  if (fd !== undefined) applyBind(ctx, fd);
  return fd;
});
on(['socket_connect_x'], (_world, ctx, thread, fd) => {
  if (fd !== undefined) applyConnect(ctx, thread, fd);
  return fd;
});
on(['socket_accept_5_x', 'socket_accept4_6_x'], (world, ctx, thread) =>
  applyAccept(ctx, thread, world),
);

const READS = [
  'syscall_read_x',
  'syscall_readv_x',
  'syscall_pread_x',
  'syscall_preadv_x',
  'socket_recv_x',
  'socket_recvfrom_x',
  'socket_recvmsg_x',
  'socket_recvmmsg_x',
];
const WRITES = [
  'syscall_write_x',
  'syscall_writev_x',
  'syscall_pwrite_x',
  'syscall_pwritev_x',
  'socket_send_x',
  'socket_sendto_x',
  'socket_sendmsg_x',
  'socket_sendmmsg_x',
];
for (const [constants, incoming] of [
  [READS, true],
  [WRITES, false],
] as const) {
  on(constants, ({ fds, network }, ctx, thread, known) => {
    const fd = known ?? (isSend(ctx.evt.type) ? inferSocket(ctx.evt, thread, fds) : undefined);
    if (fd !== undefined) applyTransfer(ctx, thread, fd, { fds, network, incoming });
    return fd;
  });
}

const SENT_FD = 2;
const SENT_TUPLE = 4;
const DATAGRAM = 2;
const UDP = 17;

/** Data was sent through a socket whose making was missed: it is taken for a datagram one. */
function inferSocket(evt: EventView, thread: ThreadRecord, fds: CaptureFds): FdRecord | undefined {
  const domain = paramFamily(evt, SENT_TUPLE);
  const num = evt.paramInt64(SENT_FD) ?? -1;
  if (result(evt) < 0 || num < 0) return undefined;
  if (domain !== FAMILY.inet && domain !== FAMILY.inet6) return undefined;
  const fd = newFd(FD_TYPES.unknown);
  setSocketKind(fd, { domain, type: DATAGRAM, protocol: UDP });
  return fds.add(thread, num, fd);
}

on(['socket_socketpair_x'], ({ fds }, { evt }, thread) => {
  const [first, second] = [evt.paramInt64(1) ?? -1, evt.paramInt64(2) ?? -1];
  if (result(evt) < 0 || first === second) return undefined;
  const fd = newFd(FD_TYPES.unix);
  fd.unixSource = paramBigUint64(evt, 3) ?? 0n;
  fd.unixPeer = paramBigUint64(evt, 4) ?? 0n;
  const other = fd.copy();
  const added = fds.add(thread, first, fd);
  fds.add(thread, second, other);
  return added;
});
on(['syscall_pipe_x', 'syscall_pipe2_x'], ({ fds }, { evt }, thread) => {
  if (result(evt) < 0) return undefined;
  const fd = newFd(FD_TYPES.fifo);
  fd.ino = paramUint64(evt, 3) ?? 0;
  fd.openFlags = evt.paramUint32(4) ?? 0;
  const other = fd.copy();
  fds.add(thread, evt.paramInt64(1) ?? -1, fd);
  return fds.add(thread, evt.paramInt64(2) ?? -1, other);
});

on(['syscall_close_x'], (world, { evt }, thread, fd) => {
  if (result(evt) >= 0 && fd !== undefined) world.closeLater(thread, thread.lastEventFd);
  return fd;
});

const O_CLOEXEC = 1 << 12;

on(['syscall_dup_1_x', 'syscall_dup2_x', 'syscall_dup3_x'], ({ fds }, { evt }, thread, fd) => {
  const num = result(evt);
  if (num < 0 || fd === undefined) return fd;
  if (num === 0) thread.flags |= CLONE_FLAG.pipeDestination;
  if (num === 1) thread.flags |= CLONE_FLAG.pipeSource;
  if (evt.type === DUP3) {
    const flags = evt.paramUint32(3) ?? 0;
    if (flags !== 0) fd.openFlags |= flags;
    else fd.openFlags &= ~O_CLOEXEC;
  }
  return fds.add(thread, num, fd.copy());
});
const DUP3 = eventId('syscall_dup3_x');

const F_DUPFD = 1;
const F_DUPFD_CLOEXEC = 26;

on(['syscall_fcntl_x'], ({ fds }, { evt }, thread, fd) => {
  const command = paramSmallUint(evt, 2);
  const num = result(evt);
  if (num < 0 || fd === undefined) return fd;
  if (command !== F_DUPFD && command !== F_DUPFD_CLOEXEC) return fd;
  return fds.add(thread, num, fd.copy());
});

/** Calls whose result is a new descriptor of one kind: constant, kind, parameter with its flags. */
const MAKERS: readonly (readonly [string, FdType, number])[] = [
  ['syscall_signalfd_x', FD_TYPES.signal, -1],
  ['syscall_signalfd4_x', FD_TYPES.signal, 1],
  ['syscall_timerfd_create_x', FD_TYPES.timerfd, -1],
  ['syscall_inotify_init_x', FD_TYPES.inotify, -1],
  ['syscall_inotify_init1_x', FD_TYPES.inotify, 1],
  ['syscall_bpf_2_x', FD_TYPES.bpf, -1],
  ['syscall_userfaultfd_x', FD_TYPES.userfaultfd, -1],
  ['syscall_io_uring_setup_x', FD_TYPES.ioUring, -1],
  ['syscall_epoll_create_x', FD_TYPES.eventpoll, -1],
  ['syscall_epoll_create1_x', FD_TYPES.eventpoll, 1],
  ['syscall_eventfd_x', FD_TYPES.event, -1],
  ['syscall_eventfd2_x', FD_TYPES.event, 1],
];
for (const [constant, type, flags] of MAKERS) {
  on([constant], ({ fds }, { evt }, thread, fd) => {
    const num = result(evt);
    return num < 0 ? fd : fds.add(thread, num, newFd(type, evt, flags));
  });
}
on(['syscall_memfd_create_x'], ({ fds }, { evt }, thread, fd) => {
  const num = result(evt);
  if (num < 0) return fd;
  const made = newFd(FD_TYPES.memfd, evt, 2);
  made.name = evt.paramString(1) ?? '';
  return fds.add(thread, num, made);
});
on(['syscall_pidfd_open_x'], ({ fds }, { evt }, thread, fd) => {
  const num = result(evt);
  if (num < 0) return fd;
  const made = newFd(FD_TYPES.pidfd, evt, 2);
  made.pidfdPid = evt.paramInt64(1) ?? 0;
  made.name = `/proc/${made.pidfdPid}`;
  return fds.add(thread, num, made);
});
on(['syscall_pidfd_getfd_x'], ({ fds, threads }, { evt }, thread, fd) => {
  const pidfd = fds.get(thread, evt.paramInt64(1) ?? -1);
  const num = result(evt);
  if (num < 0 || pidfd?.type !== FD_TYPES.pidfd) return fd;
  const owner = threads.find(pidfd.pidfdPid);
  const target = owner === undefined ? undefined : fds.get(owner, evt.paramInt64(2) ?? -1);
  if (target !== undefined) fds.add(thread, num, target.copy());
  return fd;
});

const RLIMIT_NOFILE = 7;

on(['syscall_getrlimit_x', 'syscall_setrlimit_x'], (_world, { evt }, thread, fd) => {
  if (result(evt) >= 0 && paramSmallUint(evt, 3) === RLIMIT_NOFILE) setFdLimit(evt, thread);
  return fd;
});
on(['syscall_prlimit_x'], ({ threads }, { evt }, thread, fd) => {
  if (result(evt) !== 0 || paramSmallUint(evt, 6) !== RLIMIT_NOFILE) return fd;
  const tid = evt.paramInt64(5) ?? 0;
  setFdLimit(evt, tid === 0 ? thread : threads.find(tid));
  return fd;
});

function setFdLimit(evt: EventView, thread: ThreadRecord | undefined): void {
  const leader = thread?.group?.leader;
  const limit = evt.paramInt64(1) ?? -1;
  if (leader !== undefined && limit !== -1) leader.fdLimit = limit;
}

const MEMORY = ['syscall_brk_4_x', 'syscall_mmap_x', 'syscall_mmap2_x', 'syscall_munmap_x'];

on(MEMORY, (_world, { evt }, thread, fd) => {
  thread.vmSizeKb = evt.paramUint32(1) ?? thread.vmSizeKb;
  const swap = evt.paramUint32(3);
  if (swap !== undefined) {
    thread.vmRssKb = evt.paramUint32(2) ?? 0;
    thread.vmSwapKb = swap;
  }
  return fd;
});
