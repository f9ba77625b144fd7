import type {
  CaptureTables,
  GroupEntry,
  InterfaceEntry,
  MachineEntry,
  ThreadEntry,
  UserEntry,
} from '#model/capture-tables.ts';
import type { Container } from '#model/container.ts';
import { HOST } from '#model/container.ts';
import type { Evaluation, ProcessState } from '#model/evaluation.ts';
import { EVENTS } from '#model/event-schema.ts';
import { FD_STATE, FD_TYPES } from '#model/file-descriptor.ts';
import { THREAD_TABLE_MAX } from '#model/limits.ts';
import type { Thread } from '#model/process.ts';
import { CaptureContainers } from './capture-containers.ts';
import { keepEnter } from './capture-enter.ts';
import {
  CAPTURE_HANDLERS,
  EXECVE_EXIT,
  EXECVEAT_ENTER,
  FD_PARAMS,
  KIND,
  KINDS,
} from './capture-events.ts';
import { CaptureFds } from './capture-fds.ts';
import { CaptureNetwork } from './capture-network.ts';
import { openedFile } from './capture-open.ts';
import { isAccept, printedParam, setRole, swapEnds } from './capture-sockets.ts';
import { CaptureThreads } from './capture-threads.ts';
import { CaptureUsers } from './capture-users.ts';
import { CLONE_FLAG } from './clone-flags.ts';
import { ConnectionSpread, IS_CONNECT } from './connection-spread.ts';
import { readFdEntry } from './fd-entry.ts';
import { socketName } from './fd-name.ts';
import { FdRecord } from './fd-record.ts';
import { L4 } from './socket-params.ts';
import { ThreadRecord } from './thread-record.ts';

/**
 * The machine of a capture, rebuilt from the capture's tables and events as Falco's libs rebuild
 * it, quirks included, so that rules see the same values. What an event ends (a thread, an open
 * file) stays until the next event, for whoever looks at this one.
 */
export class CaptureProcesses implements ProcessState, CaptureTables {
  readonly fds = new CaptureFds();
  readonly network = new CaptureNetwork();
  readonly users = new CaptureUsers();
  readonly containers = new CaptureContainers();
  readonly spread = new ConnectionSpread();
  readonly threads: CaptureThreads;
  /** Of the captured machine. */
  hostname = '';
  private readonly unknownFd = new FdRecord(-1, FD_TYPES.unknown);
  private readonly serverPorts = new Set<number>();
  private seeding = false;
  private lastThread: ThreadRecord | undefined = undefined;
  /** What the event before ended: a thread, a file. */
  private exited: ThreadRecord | undefined = undefined;
  private closedBy: ThreadRecord | undefined = undefined;
  private closedFd = -1;

  constructor(maxThreads = THREAD_TABLE_MAX) {
    this.threads = new CaptureThreads(this.fds, this.containers, maxThreads);
  }

  section(): void {
    this.fds.clear();
    this.network.clear();
    this.users.clear();
    this.containers.clear();
    this.threads.clear();
    this.serverPorts.clear();
    this.lastThread = undefined;
    this.exited = undefined;
    this.closedBy = undefined;
  }

  machine(entry: MachineEntry): void {
    this.hostname = entry.hostname;
    this.threads.bootNs = entry.bootNs;
  }

  threadEntry(entry: ThreadEntry): void {
    this.seeding = true;
    this.threads.seed(entry);
  }

  thread(tid: number): Thread | undefined {
    return this.threads.find(tid);
  }

  fd(tid: number, bytes: Buffer, at: number, end: number): void {
    const thread = this.threads.find(tid);
    const fd = new FdRecord(-1, FD_TYPES.unknown);
    if (thread === undefined || !readFdEntry(bytes, at, end, fd)) return;
    if (fd.type === FD_TYPES.unknown) return;
    this.seeding = true;
    fd.state |= FD_STATE.fromTable;
    if (fd.type === FD_TYPES.ipv4 || fd.type === FD_TYPES.ipv6) {
      if (fd.l4proto === L4.tcp) fd.state |= FD_STATE.connected;
      if (fd.type === FD_TYPES.ipv4) this.network.complete(fd);
      fd.name = socketName(fd);
    } else if (fd.type === FD_TYPES.ipv4Server || fd.type === FD_TYPES.ipv6Server) {
      this.serverPorts.add(fd.destinationPort);
      fd.isServer = undefined;
      fd.name = socketName(fd);
    } else if (fd.type === FD_TYPES.unix) {
      setRole(fd, fd.name !== '');
    }
    this.fds.seed(thread, fd);
  }

  user(entry: UserEntry): void {
    this.users.addUser('', entry);
  }

  group(entry: GroupEntry): void {
    this.users.addGroup('', entry);
  }

  networkInterface(entry: InterfaceEntry): void {
    this.network.add(entry);
  }

  /** The tables are all there: relatives find each other, and servers are told from clients. */
  private finishSeeding(): void {
    this.seeding = false;
    this.threads.linkAll();
    for (const thread of this.threads.table.all()) {
      for (const fd of thread.fds?.values() ?? []) {
        if (fd instanceof FdRecord && fd.type === FD_TYPES.ipv4) this.settleRole(fd);
      }
    }
  }

  private settleRole(fd: FdRecord): void {
    const isServer = this.serverPorts.has(fd.sourcePort);
    setRole(fd, isServer);
    if (!isServer) return;
    swapEnds(fd);
    fd.name = socketName(fd);
  }

  /** Applies the event under ctx.evt; says whose it is and about which fd. */
  apply(ctx: Evaluation): void {
    if (this.seeding) this.finishSeeding();
    this.finishPrevious();
    const { evt } = ctx;
    const { type } = evt;
    const kind = KINDS[type] ?? KIND.skip;
    ctx.fd = undefined;
    ctx.container = undefined;
    if ((kind & (KIND.machine | KIND.skip)) !== 0) {
      ctx.thread = this.threads.find(evt.tid);
      if ((kind & KIND.machine) !== 0) this.applyMachineEvent(ctx);
      return;
    }
    if ((kind & KIND.clone) !== 0) {
      this.lastThread = undefined;
      ctx.thread = this.threads.clone(evt);
      return;
    }
    const thread = this.threadOf(evt.tid, (kind & KIND.find) !== 0);
    ctx.thread = thread;
    if (thread === undefined) return;
    if (type % 2 === 0) this.applyEven(ctx, thread, kind);
    else this.applyExit(ctx, thread, kind);
  }

  private threadOf(tid: number, findOnly: boolean): ThreadRecord | undefined {
    const last = this.lastThread;
    if (last !== undefined && last.tid === tid) return last;
    const thread = findOnly ? this.threads.find(tid) : this.threads.get(tid);
    this.lastThread = thread;
    return thread;
  }

  /** Enter events of old captures, and events that have no enter. */
  private applyEven(ctx: Evaluation, thread: ThreadRecord, kind: number): void {
    const { evt } = ctx;
    thread.lastEventFd = -1;
    thread.lastEventType = evt.type;
    if ((kind & KIND.usesFd) !== 0) thread.lastEventFd = evt.paramInt64(0) ?? -1;
    if ((kind & KIND.keepEnter) !== 0) keepEnter(thread, evt);
    if ((kind & KIND.procexit) !== 0) {
      this.threads.exit(evt, thread);
      this.exited = thread;
      this.lastThread = undefined;
    }
  }

  private applyExit(ctx: Evaluation, thread: ThreadRecord, kind: number): void {
    const { evt } = ctx;
    const { type } = evt;
    thread.flags |= CLONE_FLAG.active;
    if (type !== thread.lastEventType + 1 && !isExecveat(type, thread)) thread.lastEventFd = -1;
    let fd: FdRecord | undefined;
    if ((kind & KIND.usesFd) !== 0) fd = this.usedFd(ctx, thread);
    const handler = CAPTURE_HANDLERS[type];
    if (handler !== undefined) fd = handler(this, ctx, thread, fd);
    if ((kind & KIND.fd) !== 0) this.showFd(ctx, thread, fd);
    if (IS_CONNECT[type] === true) this.spread.note(ctx);
    thread.isEnterKept = false;
  }

  private usedFd(ctx: Evaluation, thread: ThreadRecord): FdRecord | undefined {
    if (thread.lastEventFd === -1) {
      thread.lastEventFd = ctx.evt.paramInt64(FD_PARAMS[ctx.evt.type] ?? 0) ?? -1;
    }
    const fd = this.fds.get(thread, thread.lastEventFd);
    if (fd !== undefined) fd.oldName = fd.name;
    return fd;
  }

  /** The fd that conditions see: a known one, or number and name of what is not known. */
  private showFd(ctx: Evaluation, thread: ThreadRecord, fd: FdRecord | undefined): void {
    const num = thread.lastEventFd;
    const known = fd ?? (num === -1 ? undefined : this.fds.get(thread, num));
    if (known !== undefined) {
      known.nameChanged = known.name !== known.oldName;
      known.fd = num;
      ctx.fd = known;
      return;
    }
    const unknown = this.unknownFd;
    unknown.clear(num, FD_TYPES.unknown);
    const opened = openedFile(ctx.evt, thread, this.fds);
    if (opened !== undefined) {
      unknown.name = opened.path;
      unknown.nameRaw = opened.raw;
    } else if (isAccept(ctx.evt.type)) {
      unknown.name = printedParam(ctx, 1);
      unknown.nameRaw = unknown.name;
    }
    ctx.fd = unknown;
  }

  /** A file that this event closed; it goes when the next event comes. */
  closeLater(thread: ThreadRecord, fd: number): void {
    this.closedBy = thread;
    this.closedFd = fd;
  }

  private finishPrevious(): void {
    if (this.exited !== undefined) {
      const thread = this.exited;
      this.exited = undefined;
      this.threads.remove(thread);
      if (this.lastThread === thread) this.lastThread = undefined;
    }
    if (this.closedBy !== undefined) {
      this.fds.remove(this.closedBy, this.closedFd);
      this.closedBy = undefined;
    }
  }

  /** Users, groups and containers that came or changed. */
  private applyMachineEvent(ctx: Evaluation): void {
    const { evt } = ctx;
    const constant = EVENTS[evt.type]?.constant ?? '';
    if (constant.startsWith('user_')) this.users.applyUser(evt, constant === 'user_added_e');
    else if (constant.startsWith('group_'))
      this.users.applyGroup(evt, constant === 'group_added_e');
    else if (constant === 'container_json_2_e')
      ctx.container = this.applyContainer(evt.paramString(0) ?? '');
  }

  private applyContainer(json: string): Container | undefined {
    const now = this.containers.describe(json);
    if (now === undefined) return undefined;
    for (const thread of this.threads.table.all()) {
      if (thread.container.id !== now.id) continue;
      thread.container = now;
      thread.generation++;
    }
    return now;
  }

  parent(thread: Thread): Thread | undefined {
    const leader = leaderOf(thread);
    const parent = leader === undefined ? undefined : this.threads.find(leader.ptid);
    return parent?.group?.leader;
  }

  leader(thread: Thread): Thread {
    return leaderOf(thread) ?? thread;
  }

  threadCount(thread: Thread): number {
    return thread instanceof ThreadRecord ? (thread.group?.alive ?? 0) : 0;
  }

  /** A container's users are its own, where events told them. */
  private userOf(uid: number, { container }: Thread): UserEntry | undefined {
    return this.users.user(container.id === HOST.id ? '' : container.id, uid);
  }

  private groupOf(gid: number, { container }: Thread): GroupEntry | undefined {
    return this.users.group(container.id === HOST.id ? '' : container.id, gid);
  }

  userName(uid: number, thread: Thread): string | undefined {
    return this.userOf(uid, thread)?.name;
  }

  groupName(gid: number, thread: Thread): string | undefined {
    return this.groupOf(gid, thread)?.name;
  }

  userHome(uid: number, thread: Thread): string | undefined {
    return this.userOf(uid, thread)?.home;
  }

  userShell(uid: number, thread: Thread): string | undefined {
    return this.userOf(uid, thread)?.shell;
  }

  /** A container's address is its own, or any container's where its own is not known. */
  isLocalAddress(ip: string, thread?: Thread): boolean {
    if (thread !== undefined && thread.container.id !== HOST.id) {
      if (ip.length === 16) return false;
      const own = this.containers.addressOf(thread.container);
      if (own === undefined) return this.containers.hasAddress(ip);
      if (own === ip) return true;
    }
    return this.network.isLocal(ip);
  }
}

function leaderOf(thread: Thread): ThreadRecord | undefined {
  return thread instanceof ThreadRecord ? thread.group?.leader : undefined;
}

function isExecveat(type: number, thread: ThreadRecord): boolean {
  return type === EXECVE_EXIT && thread.lastEventType === EXECVEAT_ENTER;
}
