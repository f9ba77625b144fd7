import { joinPath } from '#engine/fields/paths.ts';
import type { ThreadEntry } from '#model/capture-tables.ts';
import { eventId } from '#model/event-schema.ts';
import type { EventView } from '#model/event-view.ts';
import type { CaptureContainers } from './capture-containers.ts';
import { keptEnter } from './capture-enter.ts';
import type { CaptureFds } from './capture-fds.ts';
import { directoryOf, NOT_AVAILABLE } from './capture-open.ts';
import { seedIds, seedImage } from './capture-seed.ts';
import { applyCloneImage, applyCloneState, CLONE, pidnsInitStart } from './clone-event.ts';
import { CLONE_FLAG } from './clone-flags.ts';
import { ContainerMembers } from './container-members.ts';
import { applyExecImage, EXEC, keepImage, withoutDeleted } from './exec-event.ts';
import { inheritImage, ThreadRecord } from './thread-record.ts';
import { bumpTree, ThreadTable } from './thread-table.ts';

const VFORK = eventId('syscall_vfork_20_x');
const EXECVE_ENTER = eventId('syscall_execve_19_e');
/** A child that its parent's event made is taken for the same within this time. */
const CLONE_STALE_NS = 2_000_000_000n;
const AT_EMPTY_PATH = 1 << 0;
/** The directory of a thread of which only the number is known. */
const UNKNOWN_CWD = './';

/**
 * The threads of a capture, from its process list and its clone, exec and exit events, as Falco's
 * libs follow them. An event of an unknown thread makes a placeholder with its number alone.
 */
export class CaptureThreads {
  readonly table: ThreadTable;
  readonly members = new ContainerMembers();
  /** When the captured machine started, ns since 1970. */
  bootNs = 0n;
  private readonly fds: CaptureFds;
  private readonly containers: CaptureContainers;

  constructor(fds: CaptureFds, containers: CaptureContainers, max: number) {
    this.table = new ThreadTable(max);
    this.fds = fds;
    this.containers = containers;
  }

  clear(): void {
    this.table.clear();
    this.bootNs = 0n;
  }

  /** A thread of the process list; `linkAll` then gives it its relatives. */
  seed(entry: ThreadEntry): void {
    if (entry.tid < 0) return;
    if (this.table.size >= this.table.max) {
      this.table.refused++;
      return;
    }
    const thread = new ThreadRecord(entry.tid, entry.pid);
    seedIds(thread, entry);
    seedImage(thread, entry);
    thread.isSeed = true;
    thread.container = this.containers.ofCgroups(thread.cgroups);
    this.put(thread);
  }

  /** In the place of what has the number still, in a list or after an event that makes no sense. */
  private put(thread: ThreadRecord): void {
    const old = this.table.get(thread.tid);
    if (old === undefined) {
      this.table.put(thread);
      return;
    }
    const before = ownersOf(old);
    this.table.replace(old, thread);
    this.releaseFds(before);
  }

  linkAll(): void {
    const listed = [...this.table.all()].filter(
      (thread) => thread.group === undefined && isComplete(thread),
    );
    for (const thread of listed) settleDirectory(thread);
    this.table.linkAll(listed);
    for (const thread of this.table.all()) {
      const leader = thread.group?.leader;
      if (leader === undefined || leader === thread) continue;
      thread.cwd = leader.cwd;
      thread.env = leader.env;
    }
    for (const thread of this.table.all()) {
      if (thread.parent !== undefined) this.table.setForkedBy(thread, thread.parent);
      if (thread.isLeader) this.members.enter(thread);
    }
  }

  find(tid: number): ThreadRecord | undefined {
    return this.table.get(tid);
  }

  /**
   * The thread with that number, made up where it is not known; undefined when the table is full.
   */
  get(tid: number): ThreadRecord | undefined {
    const known = this.table.get(tid);
    if (known !== undefined) return known;
    if (!this.hasRoom()) return undefined;
    const thread = new ThreadRecord(tid, -1);
    thread.comm = NOT_AVAILABLE;
    thread.exe = NOT_AVAILABLE;
    thread.cwd = UNKNOWN_CWD;
    thread.flags = CLONE_FLAG.nameChanged;
    this.table.put(thread);
    return thread;
  }

  /** Threads whose exits were missed make room for others; false where that was in vain. */
  private hasRoom(): boolean {
    if (this.table.size < this.table.max) return true;
    const leaf = this.table.leaf();
    if (leaf !== undefined) {
      this.table.evicted++;
      this.remove(leaf);
      if (this.table.size < this.table.max) return true;
    }
    this.table.refused++;
    return false;
  }

  /** A clone, fork or vfork returned, in the parent or in the child; gives whose event it is. */
  clone(evt: EventView): ThreadRecord | undefined {
    const child = evt.paramInt64(CLONE.res) ?? -1;
    if (child < 0) return this.find(evt.tid);
    return child === 0 ? this.cloneInChild(evt) : this.cloneInParent(evt, child);
  }

  private cloneInParent(evt: EventView, childTid: number): ThreadRecord | undefined {
    const parent = this.get(evt.tid);
    if (parent === undefined) return undefined;
    const wasKnown = !parent.isPlaceholder;
    if (!wasKnown) this.identifyFromClone(parent, evt);
    const flags = evt.paramUint32(CLONE.flags) ?? 0;
    // Across a pid namespace the number is not the machine's, and a vfork's child has come already.
    const elsewhere = CLONE_FLAG.childInPidNamespace | CLONE_FLAG.newPid | CLONE_FLAG.parent;
    if ((flags & elsewhere) !== 0 || evt.tid !== parent.vtid) return parent;
    if ((flags & CLONE_FLAG.vfork) !== 0 || evt.type === VFORK) return parent;
    const existing = this.table.get(childTid);
    if (existing !== undefined) {
      if ((existing.flags & CLONE_FLAG.inverted) !== 0) return parent;
      this.remove(existing);
    }
    if (!this.hasRoom()) return parent;
    const isThread = (flags & CLONE_FLAG.thread) !== 0;
    const child = new ThreadRecord(childTid, isThread ? parent.pid : childTid);
    child.flags = isThread ? flags | CLONE_FLAG.files : flags;
    child.ptid = isThread ? parent.ptid : parent.tid;
    if (isThread) child.execNs = parent.execNs;
    else if (wasKnown) this.inheritProcess(child, parent);
    child.vtid = child.tid;
    child.vpid = child.pid;
    this.fillClone(child, evt, wasKnown ? parent : undefined);
    child.pidnsInitStartNs = this.bootNs;
    if (!wasKnown) applyCloneImage(parent, evt);
    this.add(child, parent);
    return this.table.get(evt.tid);
  }

  private cloneInChild(evt: EventView): ThreadRecord | undefined {
    const tid = evt.tid;
    const existing = this.table.get(tid);
    if (existing !== undefined && existing.cloneNs !== 0n) {
      if (evt.timestampNs - existing.cloneNs < CLONE_STALE_NS) return existing;
      this.remove(existing);
    }
    const flags = (evt.paramUint32(CLONE.flags) ?? 0) | CLONE_FLAG.inverted;
    const isThread = (flags & CLONE_FLAG.thread) !== 0;
    const child = new ThreadRecord(tid, evt.paramInt64(CLONE.pid) ?? -1);
    child.ptid = evt.paramInt64(CLONE.ptid) ?? -1;
    const vpid = evt.paramInt64(CLONE.vpid);
    child.vtid = vpid === undefined ? tid : (evt.paramInt64(CLONE.vtid) ?? tid);
    child.vpid = vpid ?? -1;
    child.flags = isThread ? flags | CLONE_FLAG.files : flags;
    const model = this.get(isThread ? child.pid : child.ptid);
    if (model === undefined || !this.hasRoom()) return undefined;
    const wasKnown = !model.isPlaceholder;
    if (!wasKnown && isThread) this.identifyLeader(model, child);
    this.fillClone(child, evt, wasKnown ? model : undefined);
    if (!wasKnown) {
      if (isThread) applyCloneImage(model, evt);
    } else if (isThread) {
      child.execNs = model.execNs;
    } else {
      this.inheritProcess(child, model);
    }
    child.pidnsInitStartNs = this.namespaceStart(child, evt);
    this.add(child, model);
    return child;
  }

  private namespaceStart(child: ThreadRecord, evt: EventView): bigint {
    const inNamespace = CLONE_FLAG.childInPidNamespace | CLONE_FLAG.newPid;
    if ((child.flags & inNamespace) === 0 && child.tid === child.vtid) return this.bootNs;
    return pidnsInitStart(evt, this.bootNs) ?? 0n;
  }

  /** An unknown parent's event tells who it is. */
  private identifyFromClone(thread: ThreadRecord, evt: EventView): void {
    thread.pid = evt.paramInt64(CLONE.pid) ?? -1;
    thread.ptid = evt.paramInt64(CLONE.ptid) ?? -1;
    const vpid = evt.paramInt64(CLONE.vpid);
    thread.vtid = vpid === undefined ? thread.tid : (evt.paramInt64(CLONE.vtid) ?? thread.tid);
    thread.vpid = vpid ?? -1;
    this.relate(thread);
  }

  /** An unknown leader is known by its thread. */
  private identifyLeader(leader: ThreadRecord, thread: ThreadRecord): void {
    leader.pid = thread.pid;
    leader.ptid = thread.ptid;
    leader.vpid = thread.vpid;
    leader.vtid = thread.vpid;
    this.relate(leader);
  }

  /** Into its group and to its parent; one without ids stays alone. */
  private relate(thread: ThreadRecord): void {
    if (!isComplete(thread)) return;
    settleDirectory(thread);
    this.table.link(thread);
  }

  private inheritProcess(child: ThreadRecord, parent: ThreadRecord): void {
    this.fds.copy(parent, child);
    child.cwd = parent.cwd;
    child.env = parent.env;
  }

  private fillClone(child: ThreadRecord, evt: EventView, model: ThreadRecord | undefined): void {
    if (model !== undefined) {
      inheritImage(child, model);
      child.container = model.container;
      child.cgroups = model.cgroups;
      child.history = model.history;
    }
    applyCloneImage(child, evt);
    applyCloneState(child, evt);
    child.cloneNs = evt.timestampNs;
    this.setCgroups(child, evt.paramString(CLONE.cgroups));
  }

  private setCgroups(thread: ThreadRecord, cgroups: string | undefined): void {
    if (cgroups === undefined) return;
    thread.cgroups = cgroups;
    thread.container = this.containers.ofCgroups(cgroups);
  }

  private add(child: ThreadRecord, forker: ThreadRecord): void {
    this.put(child);
    this.relate(child);
    const leader = child.group?.leader;
    if (leader !== undefined && leader !== child) {
      child.cwd = leader.cwd;
      child.env = leader.env;
    }
    if (child.isLeader) {
      this.table.setForkedBy(child, forker);
      this.members.enter(child);
    } else {
      child.forkedBy = leader?.forkedBy;
    }
  }

  /** A successful exec: another image in the same process; its other threads are gone. */
  exec(evt: EventView, thread: ThreadRecord): void {
    if ((evt.paramInt64(EXEC.res) ?? -1) < 0) return;
    if (thread.exited) this.table.revive(thread);
    keepImage(thread);
    applyExecImage(thread, evt, evt.timestampNs);
    thread.pid = evt.paramInt64(EXEC.pid) ?? thread.pid;
    if (thread.isPlaceholder) {
      thread.ptid = evt.paramInt64(EXEC.ptid) ?? -1;
      if ((thread.flags & CLONE_FLAG.childInPidNamespace) === 0) {
        thread.vtid = thread.tid;
        thread.vpid = thread.pid;
      }
      this.relate(thread);
    }
    this.members.leave(thread);
    this.setCgroups(thread, evt.paramString(EXEC.cgroups));
    this.members.enter(thread);
    const path = evt.paramString(EXEC.exePath) ?? this.executable(evt, thread);
    if (path !== undefined) thread.exePath = withoutDeleted(path);
    const kept =
      CLONE_FLAG.pipeSource |
      CLONE_FLAG.pipeDestination |
      CLONE_FLAG.mainThread |
      CLONE_FLAG.inverted;
    thread.flags = (thread.flags & kept) | CLONE_FLAG.active | CLONE_FLAG.nameChanged;
    this.removeOtherThreads(thread);
    this.fds.closeOnExec(thread);
    bumpTree(thread);
  }

  /** Old writers did not tell the executable; the enter event's path is the next best. */
  private executable(evt: EventView, thread: ThreadRecord): string | undefined {
    const enter = keptEnter(thread, evt.type);
    if (enter === undefined) return undefined;
    if (enter.type === EXECVE_ENTER) {
      const name = enter.paramString(0) ?? '';
      return name === NOT_AVAILABLE ? NOT_AVAILABLE : joinPath(thread.cwd, name);
    }
    const path = enter.paramString(1) ?? NOT_AVAILABLE;
    const directory = directoryOf(thread, path, enter.paramInt64(0), this.fds);
    const isEmpty = ((enter.paramUint32(2) ?? 0) & AT_EMPTY_PATH) !== 0;
    if ((!isEmpty && path === NOT_AVAILABLE) || directory === '<UNKNOWN>') return NOT_AVAILABLE;
    return isEmpty ? joinPath('', directory) : joinPath(directory, path);
  }

  private removeOtherThreads(thread: ThreadRecord): void {
    const { group } = thread;
    if (group === undefined || group.alive <= 1) return;
    for (const other of [...group.threads]) {
      if (!other.isLeader && other !== thread) this.remove(other);
    }
  }

  /** The exit event: dead, though still there for whoever looks at the event. */
  exit(evt: EventView, thread: ThreadRecord): void {
    this.table.markExited(thread);
    const hasChildren = (thread.children?.size ?? 0) > 0;
    if (hasChildren) thread.reaperTid = evt.paramInt64(4) ?? -1;
  }

  /** Takes a thread out; called once whoever looks at its exit event is done. */
  remove(thread: ThreadRecord): void {
    if (thread.isLeader) this.members.leave(thread);
    const before = ownersOf(thread);
    this.table.remove(thread);
    this.releaseFds(before);
  }

  /**
   * Of a thread that went, and of its leader: of those that are neither there nor of use any more.
   */
  private releaseFds({ thread, own, leader, shared }: FdOwners): void {
    if (this.isGone(thread)) this.fds.release(thread, own);
    if (leader !== undefined && leader !== thread && this.isGone(leader)) {
      this.fds.release(leader, shared);
    }
  }

  private isGone(thread: ThreadRecord): boolean {
    const { group, tid } = thread;
    const leads = group !== undefined && group.leader === thread && group.alive > 0;
    return !leads && this.table.get(tid) !== thread;
  }
}

function isComplete({ pid, ptid, tid }: ThreadRecord): boolean {
  return pid >= 0 && ptid >= 0 && tid >= 0;
}

function settleDirectory(thread: ThreadRecord): void {
  if (thread.cwd === UNKNOWN_CWD) thread.cwd = '';
}

/** Whose open files go with a thread; taken before it goes. */
interface FdOwners {
  readonly thread: ThreadRecord;
  readonly own: ThreadRecord['fds'];
  readonly leader: ThreadRecord | undefined;
  readonly shared: ThreadRecord['fds'];
}

function ownersOf(thread: ThreadRecord): FdOwners {
  const leader = thread.group?.leader;
  return { thread, own: thread.fds, leader, shared: leader?.fds };
}
